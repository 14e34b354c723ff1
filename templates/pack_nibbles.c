/* Weight levels [tap][channel][filter] to KERNEL_NIBBLES: sums of levels by tap and over all taps, then bytes
 * [32 filters][plane][tap][channel/4][lane]: four channels a byte. */
static void $layer$($params$)
{
    enum { TAPS = $taps$, CHANNELS = $channels$, FILTERS = $filters$, PADDED = $padded$, NIBBLES = (CHANNELS + 3) / 4, PLANES = $planes$ };
    int32_t *const sums = (int32_t *)out;
    uint8_t *const bytes = (uint8_t *)(out + (TAPS + 1) * PADDED);
    for (int k = 0; k < (TAPS + 1) * PADDED; k++)
        sums[k] = 0;
    for (int tap = 0; tap < TAPS; tap++) {
        for (int c = 0; c < CHANNELS; c++)
            for (int f = 0; f < FILTERS; f++)
                sums[tap * PADDED + f] += $in0$[(tap * CHANNELS + c) * FILTERS + f];
        for (int f = 0; f < FILTERS; f++)
            sums[TAPS * PADDED + f] += sums[tap * PADDED + f];
    }
#if $parallel$
    BNN_PARALLEL_FOR
#endif
    for (int at = 0; at < PADDED / 32 * PLANES * TAPS * NIBBLES; at++) {
        const int n = at % NIBBLES, tap = at / NIBBLES % TAPS, plane = at / NIBBLES / TAPS % PLANES, f0 = at / NIBBLES / TAPS / PLANES * 32;
        const int filters = FILTERS - f0 < 32 ? FILTERS - f0 : 32, channels = CHANNELS - 4 * n < 4 ? CHANNELS - 4 * n : 4;
        uint8_t *restrict to = bytes + at * 32;
        for (int j = 0; j < 32; j++)
            to[j] = 0;
        for (int c = 0; c < channels; c++) {
            const int16_t *restrict row = $in0$ + (tap * CHANNELS + 4 * n + c) * FILTERS + f0;
            for (int j = 0; j < filters; j++) {
                const int level = row[j];
                const uint32_t code = $code$;
                to[j] = (uint8_t)(to[j] | (code >> plane & 1u) << c);
            }
        }
    }
}
