/* Weight levels [tap][channel][filter] to KERNEL_BITS: sums of levels by tap and over all taps, then words [filter vector][plane][tap][word][lane]. */
static void $layer$($params$)
{
    enum { TAPS = $taps$, CHANNELS = $channels$, FILTERS = $filters$, PADDED = $padded$, WORDS = $words$, LANES = $lanes$, PLANES = $planes$ };
    int32_t *const sums = (int32_t *)out;
    uint32_t *const words = out + (TAPS + 1) * PADDED;
    for (int k = 0; k < (TAPS + 1) * PADDED + PLANES * PADDED * TAPS * WORDS; k++)
        out[k] = 0;
    for (int tap = 0; tap < TAPS; tap++) {
        for (int c = 0; c < CHANNELS; c++) {
            const int16_t *restrict row = $in0$ + (tap * CHANNELS + c) * FILTERS;
            for (int f = 0; f < FILTERS; f++) {
                const int level = row[f];
                const uint32_t code = $code$;
                uint32_t *to = words + (f / LANES * PLANES * TAPS + tap) * WORDS * LANES + c / 32 * LANES + f % LANES;
                for (int p = 0; p < PLANES; p++)
                    to[p * (TAPS * WORDS * LANES)] |= (code >> p & 1u) << (c & 31);
                sums[tap * PADDED + f] += level;
            }
        }
        for (int f = 0; f < FILTERS; f++)
            sums[TAPS * PADDED + f] += sums[tap * PADDED + f];
    }
}
