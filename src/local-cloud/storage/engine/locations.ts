const words = (text: string) => text.trim().split(/\s+/);

/** The places of "Bucket locations" (November 2026), by their type. */
const LOCATIONS = {
  'multi-region': words('ASIA EU US'),
  'dual-region': words('ASIA1 EUR4 EUR5 EUR7 EUR8 NAM4'),
  region: words(`
    AFRICA-SOUTH1
    ASIA-EAST1 ASIA-EAST2 ASIA-NORTHEAST1 ASIA-NORTHEAST2 ASIA-NORTHEAST3
    ASIA-SOUTH1 ASIA-SOUTH2 ASIA-SOUTHEAST1 ASIA-SOUTHEAST2 ASIA-SOUTHEAST3
    AUSTRALIA-SOUTHEAST1 AUSTRALIA-SOUTHEAST2
    EUROPE-CENTRAL2 EUROPE-NORTH1 EUROPE-NORTH2 EUROPE-SOUTHWEST1 EUROPE-WEST1 EUROPE-WEST2 EUROPE-WEST3
    EUROPE-WEST4 EUROPE-WEST6 EUROPE-WEST8 EUROPE-WEST9 EUROPE-WEST10 EUROPE-WEST12
    ME-CENTRAL1 ME-CENTRAL2 ME-WEST1
    NORTHAMERICA-NORTHEAST1 NORTHAMERICA-NORTHEAST2 NORTHAMERICA-SOUTH1
    SOUTHAMERICA-EAST1 SOUTHAMERICA-WEST1
    US-CENTRAL1 US-EAST1 US-EAST4 US-EAST5 US-SOUTH1 US-WEST1 US-WEST2 US-WEST3 US-WEST4
  `),
};

type LocationType = keyof typeof LOCATIONS;

const TYPES = new Map<string, LocationType>(
  Object.entries(LOCATIONS).flatMap(([type, names]) =>
    names.map((name): [string, LocationType] => [name, type as LocationType]),
  ),
);

/** Whether a location is a region or one of the larger ones; undefined if there is no such place. */
export const locationType = (location: string) => TYPES.get(location);
