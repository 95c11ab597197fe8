/** Example algorithm of the task stroke-multimodal: bright in the DWI and dark in the ADC. */
import { runCases } from '#examples/algorithms/contracts/run.ts';
import { findInfarcts } from './infarct.ts';
import { writeInfarcts } from './write-infarcts.ts';

runCases('stroke-multimodal/diffusion', (folder) => writeInfarcts(folder, findInfarcts));
