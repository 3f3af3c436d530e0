import sharp from 'sharp';

/** What a painted landscape looks like. Colours are `#rrggbb`. */
export interface Landscape {
  width: number;
  height: number;
  /** From the top of the sky down to the horizon. */
  sky: readonly [string, string, string];
  /** From the furthest ridge to the nearest one. */
  ridges: readonly string[];
  /** Where the sun stands, as shares of width and height, and its colour. */
  sun?: { x: number; y: number; color: string };
  /** Colour of a lake that reflects the sky below the ridges. */
  water?: string;
  seed: number;
}

/** Paints a landscape with soft ridges, haze and film grain, as a JPEG with the capture time `takenAt` in its EXIF. */
export async function paintLandscape(landscape: Landscape, takenAt: string): Promise<Buffer> {
  const { width, height, seed } = landscape;
  const random = randomNumbers(seed);
  const grain = await sharp(Buffer.from(Array.from({ length: width * height }, () => 118 + 20 * random())), {
    raw: { width, height, channels: 1 },
  })
    .png()
    .toBuffer();
  return sharp(Buffer.from(drawing(landscape, random)))
    .blur(0.8)
    .composite([{ input: grain, blend: 'soft-light' }])
    .withExif({ IFD2: { DateTimeOriginal: takenAt.replaceAll('-', ':').replace('T', ' ') } })
    .jpeg({ quality: 88 })
    .toBuffer();
}

function drawing(landscape: Landscape, random: () => number): string {
  const { width, height, sky, ridges, sun, water } = landscape;
  const stops = sky.map((color, at) => `<stop offset="${at / 2}" stop-color="${color}"/>`).join('');
  const layers = ridges.map((color, at) => ridge(landscape, color, (at + 1) / (ridges.length + 1), random)).join('');
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <defs><linearGradient id="sky" x2="0" y2="1">${stops}</linearGradient>
    <filter id="soft" x="-2" y="-2" width="5" height="5"><feGaussianBlur stdDeviation="${width / 30}"/></filter></defs>
    <rect width="100%" height="100%" fill="url(#sky)"/>
    ${sun ? sunOf(landscape, sun) : ''}${layers}${water ? lake(landscape, water, random) : ''}
  </svg>`;
}

function sunOf({ width, height }: Landscape, { x, y, color }: NonNullable<Landscape['sun']>): string {
  const at = `cx="${x * width}" cy="${y * height}" fill="${color}"`;
  return `<circle ${at} r="${width / 9}" opacity="0.55" filter="url(#soft)"/><circle ${at} r="${width / 34}"/>`;
}

/** One ridge: a sum of waves, rougher the nearer it is. */
function ridge({ width, height }: Landscape, color: string, depth: number, random: () => number): string {
  const waves = [1.3, 2.9, 6.1, 14, 31].map((rate) => ({ rate, phase: random() * 7, size: (0.3 + random()) / rate }));
  const top = height * (0.38 + 0.42 * depth);
  const points = Array.from({ length: 241 }, (_, step) => {
    const sum = waves.reduce((all, { rate, phase, size }) => all + size * Math.sin(phase + (rate * step) / 38), 0);
    return `${(step * width) / 240},${(top - height * 0.13 * sum * (1.1 - 0.5 * depth)).toFixed(1)}`;
  });
  return `<polygon points="0,${height} ${points.join(' ')} ${width},${height}" fill="${color}"/>`;
}

function lake({ width, height, sky, sun }: Landscape, color: string, random: () => number): string {
  const top = height * 0.76;
  const glints = Array.from({ length: 90 }, () => {
    const y = top + (height - top) * random();
    const near = (y - top) / (height - top);
    const x = sun && random() < 0.6 ? width * (sun.x + (random() - 0.5) * (0.08 + 0.25 * near)) : width * random();
    const length = width * (0.01 + 0.05 * near * random());
    return `<rect x="${x - length / 2}" y="${y}" width="${length}" height="${1 + 2 * near}" rx="1" opacity="0.35"
      fill="${sun?.color ?? sky[2]}"/>`;
  });
  return `<rect y="${top}" width="${width}" height="${height - top}" fill="${color}"/>${glints.join('')}`;
}

function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
