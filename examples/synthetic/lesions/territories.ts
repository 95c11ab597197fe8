/**
 * Arterial territories as boxes, planes and ellipsoids in MNI millimeters: coarse and symmetric, but
 * sufficient to place lesions where strokes occur. Not a substitute for a vascular atlas.
 */
export const TERRITORIES = ['MCA', 'deep', 'PCA', 'ACA', 'vertebrobasilar'] as const;
export type Territory = (typeof TERRITORIES)[number];

/** 1 to 5, the low three bits of a label (template.ts). */
export function territoryCode(territory: Territory): number {
  return TERRITORIES.indexOf(territory) + 1;
}

/** Territory at a point (mm, MNI, RAS), which is assumed to be in the brain. */
export function territoryAt(x: number, y: number, z: number): Territory {
  if (isHindbrain(Math.abs(x), y, z)) return 'vertebrobasilar';
  // Irregular borders of a few millimeters, because neither arteries nor infarcts end at a plane.
  return cerebralTerritory(
    Math.abs(x) + 3 * Math.sin(y / 7 + z / 11) + 2 * Math.sin(z / 4 - y / 9),
    y + 4 * Math.sin(x / 8 + z / 9) + 2 * Math.sin(z / 4 + x / 5),
    z + 3 * Math.sin(x / 7 - y / 9) + 2 * Math.sin(y / 4),
  );
}

function cerebralTerritory(lateral: number, y: number, z: number): Territory {
  // Striatum, thalamus, internal capsule and the white matter just above: perforating branches.
  if (((lateral - 19) / 15) ** 2 + ((y + 6) / 27) ** 2 + ((z - 7) / 19) ** 2 < 1) return 'deep';
  // Hypothalamus and basal forebrain, between the striata.
  if (lateral < 15 && y > -30 && y < 12 && z < 8) return 'deep';
  // Medial frontal and parietal lobe, and the strip over the edge of the hemisphere.
  if (
    y > (z < 30 ? -48 : -72) &&
    z > -18 &&
    lateral < 13 + 0.25 * Math.max(0, z - 40) &&
    !(z < 20 && y < -20)
  )
    return 'ACA';
  // Occipital lobe, medial parietal behind the splenium, medial and lower temporal lobe.
  if (y < -78 || (y < -45 && z < 30 && lateral < 32)) return 'PCA';
  if (y < -8 && z < -4 && lateral < 34) return 'PCA';
  return 'MCA';
}

/** Cerebellum below the tentorium, and the brain stem. */
function isHindbrain(lateral: number, y: number, z: number): boolean {
  if (lateral < 19 && y > -42 && y < -10 && z < -10) return true;
  const roof = -8 - 0.42 * Math.max(0, lateral - 6) - 0.18 * Math.max(0, -y - 62);
  const tentorium = roof - 0.9 * Math.max(0, y + 40); // falls steeply in front, behind the petrous bone
  return y <= -31 && y > -96 && z < tentorium;
}
