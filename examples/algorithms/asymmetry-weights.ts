/** Written by fit-asymmetry.ts from 60 synthetic training cases of the seed "example-algorithms-tuning". */
export const ASYMMETRY_WEIGHTS: Readonly<{ intercept: number; features: readonly number[] }> = {
  intercept: -11.2764,
  /** In the order of FEATURES. */
  features: [
    0.8414, // dark
    11.0351, // opened3
    7.429, // opened5
    -0.7047, // across
    1.1517, // acrossWithin2
    0.5816, // acrossWithin3
    -7.9452, // openedAcrossWithin2
    -1.309, // openedAcrossWithin3
    -3.3176, // openedAcrossWithin4
    7.3221, // depth
    -3.8102, // around3mm
    3.2569, // around6mm
    -2.1467, // acrossAround3mm
    0.4809, // acrossAround6mm
  ],
};
