/// Widens an IEEE 754 half-precision number. Every half is a single exactly.
pub(super) fn to_f32(half: u16) -> f32 {
    let sign = u32::from(half & 0x8000) << 16;
    let exponent = u32::from(half >> 10 & 0x1f);
    let fraction = u32::from(half & 0x3ff);
    match (exponent, fraction) {
        // Zero and the subnormals: the fraction counts steps of 2⁻²⁴.
        (0, fraction) => {
            let step = f32::from_bits((127 - 24) << 23);
            let magnitude = f32::from(u16::try_from(fraction).expect("ten bits")) * step;
            f32::from_bits(magnitude.to_bits() | sign)
        }
        // Infinity and not-a-number keep their fraction.
        (0x1f, fraction) => f32::from_bits(sign | 0xff << 23 | fraction << 13),
        (exponent, fraction) => f32::from_bits(sign | (exponent + 127 - 15) << 23 | fraction << 13),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widens_exactly() {
        let cases = [
            (0x0000, 0.0),
            (0x3c00, 1.0),
            (0xc000, -2.0),
            (0x3555, 0.333_251_95),
            (0x7bff, 65_504.0),
            (0x0400, 6.103_515_6e-5), // the least normal number
            (0x03ff, 6.097_555e-5),   // the greatest subnormal
            (0x0001, 5.960_464_5e-8), // the least subnormal
            (0x7c00, f32::INFINITY),
        ];
        for (half, expected) in cases {
            assert_eq!(to_f32(half).to_bits(), f32::to_bits(expected), "{half:#06x}");
        }
        assert!(to_f32(0x7e00).is_nan());
        assert!(to_f32(0x8000).is_sign_negative());
    }
}
