/** By how many degrees clockwise an owner has turned a photo. */
export const ROTATION_DEGREES = [0, 90, 180, 270] as const;

export type Rotation = (typeof ROTATION_DEGREES)[number];

/** The size of a picture after it has been turned by so many degrees. */
export const rotatedSize = ({ width, height }: { width: number; height: number }, degrees: number) =>
  degrees % 180 === 0 ? { width, height } : { width: height, height: width };

/** A rotation, turned further clockwise by a multiple of 90 degrees. */
export const addRotation = (rotation: Rotation, degrees: number) => ((rotation + degrees) % 360) as Rotation;
