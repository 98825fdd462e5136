/**
 * Names the arithmetic: same version, same seed, same data, same bits in every weight. It is saved with models, and
 * changes only with a minor (0.x) or major release.
 */
export const numericsVersion = '1';
