import type { Triple } from '#runner/imaging/volume.ts';

/**
 * Areas of the surface in a 2 × 2 × 2 neighborhood by marching cubes (Lorensen and Cline 1987, with Bourke's
 * triangulation) with vertices at the midpoints of edges, which google-deepmind/surface-distance uses as
 * weights of surface elements. All areas derive from six shapes:
 *
 *   - A code with more than four corners set is replaced by its complement, which has the same surface.
 *   - Corners that are connected by edges of the cube are cut off together, other groups separately.
 *   - Up to the 48 symmetries of the cube, a group of at most four corners is one of the six below.
 *
 * Corner i of a code is bit i, at (i & 1, i >> 1 & 1, i >> 2).
 */

/** The midpoint of an edge is identified by its two corners; a triangle has three of them. */
type Edge = readonly [number, number];
interface Shape {
  corners: readonly number[];
  triangles: readonly (readonly [Edge, Edge, Edge])[];
}

const SHAPES: readonly Shape[] = [
  {
    corners: [0],
    triangles: [
      [
        [0, 1],
        [0, 4],
        [0, 2],
      ],
    ],
  },
  {
    corners: [0, 1],
    triangles: [
      [
        [1, 3],
        [0, 4],
        [0, 2],
      ],
      [
        [1, 5],
        [0, 4],
        [1, 3],
      ],
    ],
  },
  {
    corners: [0, 1, 3],
    triangles: [
      [
        [2, 3],
        [0, 4],
        [0, 2],
      ],
      [
        [2, 3],
        [3, 7],
        [0, 4],
      ],
      [
        [3, 7],
        [1, 5],
        [0, 4],
      ],
    ],
  },
  {
    corners: [0, 1, 2, 3],
    triangles: [
      [
        [1, 5],
        [0, 4],
        [3, 7],
      ],
      [
        [3, 7],
        [0, 4],
        [2, 6],
      ],
    ],
  },
  {
    corners: [0, 1, 2, 4],
    triangles: [
      [
        [4, 5],
        [4, 6],
        [2, 6],
      ],
      [
        [1, 5],
        [4, 5],
        [2, 6],
      ],
      [
        [1, 5],
        [2, 6],
        [2, 3],
      ],
      [
        [1, 5],
        [2, 3],
        [1, 3],
      ],
    ],
  },
  {
    corners: [0, 1, 3, 4],
    triangles: [
      [
        [2, 3],
        [3, 7],
        [1, 5],
      ],
      [
        [2, 3],
        [1, 5],
        [4, 6],
      ],
      [
        [2, 3],
        [4, 6],
        [0, 2],
      ],
      [
        [4, 6],
        [1, 5],
        [4, 5],
      ],
    ],
  },
];

/** Area vector of a triangle: its projections onto the planes perpendicular to the axes, without sign. */
type Normal = readonly [number, number, number];

/** Normals of the triangles of every code, on a grid with unit spacing. */
const NORMALS: readonly (readonly Normal[])[] = deriveNormals();

/**
 * Area in mm² for each of the 256 codes on a grid with the given spacing in mm; 0 for the codes 0 and 255.
 */
export function surfaceAreas(spacing: Triple): Float64Array {
  const [sx, sy, sz] = spacing;
  return Float64Array.from(NORMALS, (normals) =>
    normals.reduce((area, [x, y, z]) => area + Math.hypot(x * sy * sz, y * sx * sz, z * sx * sy), 0),
  );
}

function deriveNormals(): Normal[][] {
  const ofGroup = groupNormals();
  return Array.from({ length: 256 }, (_, code) => {
    const corners = cornersOf(code);
    const cut = corners.length <= 4 ? corners : cornersOf(255 - code);
    return groupsOf(cut).flatMap((group) => ofGroup.get(codeOf(group))!);
  });
}

/** Applies the 48 symmetries of the cube to the six shapes: normals by code of the group. */
function groupNormals(): Map<number, Normal[]> {
  const found = new Map<number, Normal[]>();
  for (const { corners, triangles } of SHAPES) {
    const normals = triangles.map(normalOf);
    for (const move of symmetries()) {
      const code = codeOf(corners.map(move.corner));
      if (!found.has(code)) found.set(code, normals.map(move.normal));
    }
  }
  return found;
}

function cornersOf(code: number): number[] {
  return [0, 1, 2, 3, 4, 5, 6, 7].filter((corner) => (code >> corner) & 1);
}

function codeOf(corners: readonly number[]): number {
  return corners.reduce((code, corner) => code | (1 << corner), 0);
}

/** Splits corners into groups connected by edges of the cube; connected corners differ in one bit. */
function groupsOf(corners: readonly number[]): number[][] {
  const left = new Set(corners);
  const groups: number[][] = [];
  for (const seed of corners) {
    if (!left.delete(seed)) continue;
    const group = [seed];
    for (const corner of group) {
      for (const neighbor of [corner ^ 1, corner ^ 2, corner ^ 4])
        if (left.delete(neighbor)) group.push(neighbor);
    }
    groups.push(group);
  }
  return groups;
}

function normalOf([a, b, c]: readonly [Edge, Edge, Edge]): Normal {
  const [p, q, r] = [middle(a), middle(b), middle(c)];
  const u = [0, 1, 2].map((axis) => q[axis]! - p[axis]!);
  const v = [0, 1, 2].map((axis) => r[axis]! - p[axis]!);
  const across = (i: number, j: number) => Math.abs(u[i]! * v[j]! - u[j]! * v[i]!) / 2;
  return [across(1, 2), across(2, 0), across(0, 1)];
}

function middle([a, b]: Edge): number[] {
  return [0, 1, 2].map((axis) => (((a >> axis) & 1) + ((b >> axis) & 1)) / 2);
}

/** Permutations of the axes combined with reflections. */
function symmetries(): { corner: (corner: number) => number; normal: (normal: Normal) => Normal }[] {
  const orders = [
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
  ];
  return orders.flatMap((order) =>
    [0, 1, 2, 3, 4, 5, 6, 7].map((mirror) => ({
      corner: (corner: number) =>
        order.reduce((moved, from, to) => moved | (((corner >> from) & 1) << to), 0) ^ mirror,
      normal: (normal: Normal) => order.map((from) => normal[from]!) as unknown as Normal,
    })),
  );
}
