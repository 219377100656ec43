/** a·b + c on four lanes: rounded once in relaxed and turbo (on hardware that can), twice in simd and more. */
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c)
  return f32x4.add(f32x4.mul(a, b), c)
}

/** c − a·b on four lanes, rounded like `madd`. */
@inline
export function nmadd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_nmadd(a, b, c)
  return f32x4.sub(c, f32x4.mul(a, b))
}

/** Is a multiply-add rounded once? Only a run tells: an instruction may do either, and is another in simd. */
export function isFused(): bool {
  // (1 + ε)² = 1 + 2ε + ε²; with ε = 2⁻¹² the last term is lost where the product is rounded by itself
  const factor = f32x4.splat(1 + 2.0 ** -12)
  return f32x4.extract_lane(madd(factor, factor, f32x4.splat(-1 - 2.0 ** -11)), 0) != 0
}
