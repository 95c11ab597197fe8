import { type SocketContent, type ValueEntry, valueEntry } from '../inputs-json.ts';
import type { Socket } from '../sockets.ts';

/**
 * predictions.json, the list of cases that an organizer's scorer reads, as evaluation methods of grand-challenge.org
 * expect it: its values have the fields that their template reads (`evaluate.py` and its test inputs, 2026).
 */
export interface Prediction {
  /** The name of the case. Its outputs are in /input/<pk>/output. */
  pk: string;
  status: 'Succeeded';
  inputs: PredictionValue[];
  outputs: PredictionValue[];
  /** Times of a hidden phase are for nobody, and those of shared hosts can't be ranked. */
  exec_duration: null;
  invoke_duration: null;
}

type PredictionValue = ValueEntry<ScorerSocket>;

/** A socket with the questions that templates ask of it. */
interface ScorerSocket extends Pick<Socket, 'slug' | 'title' | 'kind' | 'super_kind' | 'relative_path'> {
  is_image_kind: boolean;
  /** Every image that isn't a DICOM series, in the words of grand-challenge.org. */
  is_panimg_kind: boolean;
  is_dicom_image_kind: boolean;
  is_json_kind: boolean;
  is_file_kind: boolean;
}

export interface SocketValue {
  socket: Socket;
  /** For an input, the names of images and files are the organizer's own: scorers find the truth by them. */
  content: SocketContent;
}

/** The entry of a case whose algorithm succeeded; others aren't listed. */
export function predictionOf(
  name: string,
  { inputs, outputs }: { inputs: readonly SocketValue[]; outputs: readonly SocketValue[] },
): Prediction {
  const entryOf = ({ socket, content }: SocketValue) => valueEntry(scorerSocket(socket), content);
  return {
    pk: name,
    status: 'Succeeded',
    inputs: inputs.map(entryOf),
    outputs: outputs.map(entryOf),
    exec_duration: null,
    invoke_duration: null,
  };
}

function scorerSocket({ slug, title, kind, super_kind, relative_path }: Socket): ScorerSocket {
  const isImage = super_kind === 'Image';
  return {
    slug,
    title,
    kind,
    super_kind,
    relative_path,
    is_image_kind: isImage,
    is_panimg_kind: isImage,
    is_dicom_image_kind: false,
    is_json_kind: super_kind === 'Value',
    is_file_kind: super_kind === 'File',
  };
}
