/** Invented names: 25 places with 20 kinds of groups are 500 teams. */

const PLACES = [
  'Ashford',
  'Birchmere',
  'Brookhaven',
  'Calder',
  'Dunmore',
  'Eastvale',
  'Fairholm',
  'Glenrock',
  'Harrow',
  'Ironbridge',
  'Juniper',
  'Kestrel',
  'Lakeview',
  'Marlow',
  'Northfield',
  'Oakridge',
  'Pinecrest',
  'Quarry',
  'Redwater',
  'Stonegate',
  'Thornbury',
  'Upton',
  'Valemont',
  'Westbrook',
  'Yarrow',
];

const KINDS = [
  'Imaging Lab',
  'Neuroimaging Group',
  'Stroke Unit',
  'Vision Group',
  'Brain Institute',
  'Computational Radiology',
  'Medical AI',
  'Segmentation Team',
  'Rehabilitation Research',
  'University Hospital',
  'MRI Centre',
  'Data Science Lab',
  'Deep Learning Group',
  'Neurology Department',
  'Image Analysis',
  'Graduate School',
  'Signal Processing',
  'Research Computing',
  'Radiology Department',
  'Health Informatics',
];

const FIRST_NAMES = ['Ada', 'Bruno', 'Chiara', 'Deniz', 'Elif', 'Farid', 'Greta', 'Hana', 'Ivo', 'Jun'];
const LAST_NAMES = [
  'Voss',
  'Moreau',
  'Lindqvist',
  'Okafor',
  'Tanaka',
  'Rossi',
  'Novak',
  'Costa',
  'Ahmadi',
  'Keller',
];

export function teamName(index: number): string {
  return `${PLACES[Math.floor(index / KINDS.length) % PLACES.length]} ${KINDS[index % KINDS.length]}`;
}

export function personName(index: number): string {
  return `${FIRST_NAMES[index % 10]} ${LAST_NAMES[Math.floor(index / 10) % 10]}`;
}

export function slugOf(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
}
