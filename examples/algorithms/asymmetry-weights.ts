/** Written by fit-asymmetry.ts from 60 synthetic training cases of the seed "example-algorithms-tuning". */
export const ASYMMETRY_WEIGHTS: Readonly<{ intercept: number; features: readonly number[] }> = {
  intercept: -11.39,
  /** In the order of FEATURES. */
  features: [
    0.8828, // dark
    11.0622, // opened3
    7.5302, // opened5
    -0.7046, // across
    1.3189, // acrossWithin2
    0.5033, // acrossWithin3
    -8.3323, // openedAcrossWithin2
    -1.1692, // openedAcrossWithin3
    -3.2526, // openedAcrossWithin4
    7.4113, // depth
    -3.7622, // around3mm
    3.1593, // around6mm
    -2.2789, // acrossAround3mm
    0.6252, // acrossAround6mm
  ],
};
