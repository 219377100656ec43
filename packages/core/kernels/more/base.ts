// What the second binary has of the first: matrix products and activations, in the first one's tiles and arithmetic. The
// first instance's exports are the second one's imports. Everything else of `../` is compiled into both.

/** `contract` of gemm.ts. */
@external('base', 'contract')
export declare function contract(
  c: usize, cPanel: usize,
  start: usize, startPanel: usize, startRow: usize,
  a: usize, aPanel: usize, units: i32, gates: i32,
  b: usize, bPanel: usize,
  rows: i32, panels: i32,
): void

/** `contractTwo` of gemm.ts. */
@external('base', 'contractTwo')
export declare function contractTwo(
  c: usize, cPanel: usize,
  start: usize, startPanel: usize, startRow: usize,
  a: usize, aPanel: usize, units: i32, b: usize, bPanel: usize,
  aNext: usize, aPanelNext: usize, unitsNext: i32, bNext: usize, bPanelNext: usize,
  rows: i32, panels: i32,
): void

/** `activatePanels` of activations.ts. */
@external('base', 'activatePanels')
export declare function activatePanels(
  code: i32, to: usize, toPanel: usize, from: usize, fromPanel: usize, bytes: usize, panels: i32,
): void

/** `panelGradient` of weightGradient.ts. */
@external('base', 'panelGradient')
export declare function panelGradient(
  first: i32, last: i32, steps: i32, rows: i32, shift: i32, reverse: i32,
  x: usize, xPanel: usize, xStep: usize, initial: usize, initialPanel: usize, units: i32,
  dy: usize, dyStep: usize, dKernel: usize,
): void

/** `stepsTogether` of weightGradient.ts. */
@external('base', 'stepsTogether')
export declare function stepsTogether(units: i32, rows: i32): i32
