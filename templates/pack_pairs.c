/* Weight levels [tap][channel][filter] to KERNEL_PAIRS: two int16 a word, [filter vector][(tap, channel)/2][lane]. */
static void $layer$($params$)
{
    enum { TERMS = $taps$ * $channels$, FILTERS = $filters$, PADDED = $padded$, PAIRS = (TERMS + 1) / 2, LANES = $lanes$ };
    for (int f = 0; f < PADDED; f++)
        for (int k = 0; k < PAIRS; k++) {
            const int first = f < FILTERS ? $in0$[2 * k * FILTERS + f] : 0;
            const int second = f < FILTERS && 2 * k + 1 < TERMS ? $in0$[(2 * k + 1) * FILTERS + f] : 0;
            out[(f / LANES * PAIRS + k) * LANES + f % LANES] = ((uint32_t)first & 0xffffu) | (uint32_t)second << 16;
        }
}
