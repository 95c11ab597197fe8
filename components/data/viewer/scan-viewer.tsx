'use client';

import { Niivue, NVImage, SHOW_RENDER, SLICE_TYPE } from '@niivue/niivue';
import { useEffect, useRef, useState } from 'react';
import { formatBytes } from '#components/format/quantity.ts';
import { fileRoute } from '#lib/api/datasets/addresses.ts';
import type { ScanCase } from '#lib/domain/datasets/scan-cases.ts';
import { keepSurface, middleOf } from './lesion-surface.ts';

const LESION_COLORS = 'red';
const STEP_KEYS: Readonly<Record<string, readonly [number, number, number]>> = {
  ArrowLeft: [-1, 0, 0],
  ArrowRight: [1, 0, 0],
  ArrowUp: [0, 1, 0],
  ArrowDown: [0, -1, 0],
  PageUp: [0, 0, 1],
  PageDown: [0, 0, -1],
};

const VIEWS = [
  { label: 'Three planes and 3-D', type: SLICE_TYPE.MULTIPLANAR },
  { label: 'Axial', type: SLICE_TYPE.AXIAL },
  { label: 'Coronal', type: SLICE_TYPE.CORONAL },
  { label: 'Sagittal', type: SLICE_TYPE.SAGITTAL },
  { label: '3-D', type: SLICE_TYPE.RENDER },
] as const;

type State = { kind: 'loading'; text: string } | { kind: 'shown' } | { kind: 'failed'; text: string };

/** A case in three planes and in 3-D, with its lesions outlined. */
export function ScanViewer({ shown, route }: { shown: ScanCase; route: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const viewer = useRef<Niivue | null>(null);
  const [state, setState] = useState<State>({ kind: 'loading', text: 'Loading the image…' });
  const [view, setView] = useState(0);
  useEffect(() => {
    const leaving = new AbortController();
    const report = (text: string) => setState({ kind: 'loading', text });
    open(canvas.current!, shown, { route, report, signal: leaving.signal })
      .then((opened) => {
        viewer.current = opened;
        setState({ kind: 'shown' });
      })
      .catch((error: Error) => {
        if (!leaving.signal.aborted) setState({ kind: 'failed', text: error.message });
      });
    return () => {
      leaving.abort();
      viewer.current?.cleanup();
      viewer.current = null;
    };
  }, [shown, route]);
  function choose(index: number) {
    setView(index);
    viewer.current?.setSliceType(VIEWS[index]!.type);
  }
  function move(event: React.KeyboardEvent) {
    const step = STEP_KEYS[event.key];
    if (!step || !viewer.current) return;
    event.preventDefault();
    viewer.current.moveCrosshairInVox(...step);
  }
  return (
    <div className="viewer">
      <fieldset className="viewer-views" disabled={state.kind !== 'shown'}>
        <legend className="vh">View</legend>
        {VIEWS.map(({ label }, index) => (
          <label key={label}>
            <input type="radio" name="view" checked={view === index} onChange={() => choose(index)} />
            {label}
          </label>
        ))}
      </fieldset>
      <div className="viewer-frame" data-state={state.kind}>
        <canvas
          ref={canvas}
          tabIndex={0}
          onKeyDown={move}
          aria-label={`${shown.name} in three planes and in 3-D. Arrow keys and Page Up and Page Down move the cross.`}
        />
      </div>
      <p
        role={state.kind === 'failed' ? 'alert' : 'status'}
        className={state.kind === 'failed' ? 'bad' : 'muted small'}
      >
        {state.kind === 'shown'
          ? `${shown.name}${shown.mask ? ', lesions outlined in red' : ', without a mask of lesions'}. Arrow keys and Page Up and Page Down move the cross; drag to move it, right-drag for contrast.`
          : state.text}
      </p>
    </div>
  );
}

interface Opening {
  route: string;
  report(text: string): void;
  signal: AbortSignal;
}

/** Throws Error with a message for the reader. */
async function open(canvas: HTMLCanvasElement, { image, mask }: ScanCase, opening: Opening): Promise<Niivue> {
  if (!document.createElement('canvas').getContext('webgl2'))
    throw new Error(
      'This browser can’t draw the image: it has no WebGL 2. Turn on hardware or software rendering, use another browser, or download the files.',
    );
  const files = [await fetchFile(image, 'image', opening)];
  if (mask) files.push(await fetchFile(mask, 'mask', opening));
  const viewer = new Niivue({
    backColor: [0, 0, 0, 1],
    show3Dcrosshair: true,
    crosshairColor: [0.45, 0.76, 0.82, 0.8],
    multiplanarShowRender: SHOW_RENDER.ALWAYS,
    dragAndDropEnabled: false,
    loadingText: '',
    logLevel: 'error',
  });
  await viewer.attachToCanvas(canvas);
  opening.report('Drawing the image…');
  const [scan, lesions] = await Promise.all(
    files.map(({ name, buffer }, index) =>
      NVImage.loadFromUrl({
        ...{ url: name, name, buffer },
        ...(index === 0
          ? { colormap: 'gray' }
          : { colormap: LESION_COLORS, opacity: 0.9, cal_min: 0, cal_max: 1 }),
      }),
    ),
  );
  opening.signal.throwIfAborted();
  viewer.addVolume(scan!);
  viewer.setSliceType(SLICE_TYPE.MULTIPLANAR);
  if (lesions) addLesions(viewer, lesions);
  viewer.updateGLVolume();
  return viewer;
}

/** Adds their surface, and puts the cross into their middle. */
function addLesions(viewer: Niivue, lesions: NVImage): void {
  const { img, hdr } = lesions;
  if (!img || !hdr) return;
  const shape = [hdr.dims[1]!, hdr.dims[2]!, hdr.dims[3]!] as const;
  const voxels = img as Exclude<typeof img, BigInt64Array | BigUint64Array>;
  const middle = middleOf(voxels, shape);
  keepSurface(voxels, shape);
  viewer.addVolume(lesions);
  if (middle) viewer.scene.crosshairPos = viewer.vox2frac(middle);
}

async function fetchFile(path: string, what: string, { route, report, signal }: Opening) {
  const response = await fetch(fileRoute(route, path), { signal }).catch((error: Error) => {
    if (signal.aborted) throw error;
    throw new Error(
      `The ${what} couldn’t be loaded: the site didn’t answer. Choose the case again to retry.`,
    );
  });
  if (!response.ok || !response.body)
    throw new Error(`The ${what} couldn’t be loaded: the site answered ${response.status}. Reload the page.`);
  const total = Number(response.headers.get('content-length'));
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let received = 0;
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read().catch((error: Error) => {
      if (signal.aborted) throw error;
      throw new Error(`Loading the ${what} broke off. Choose the case again to retry.`);
    });
    if (done) break;
    parts.push(value);
    received += value.length;
    const share = total > 0 ? `${Math.round((100 * received) / total)}%` : formatBytes(received);
    report(`Loading the ${what}: ${share}`);
  }
  return { name: path.slice(path.lastIndexOf('/') + 1), buffer: await new Blob(parts).arrayBuffer() };
}
