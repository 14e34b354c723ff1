/* Weight levels of one plane [tap][channel][filter] to KERNEL_CODES [tap][channel/4][filter]: the bits of four channels times $lanes$. */
static void $layer$($params$)
{
    enum { CHANNELS = $channels$, FILTERS = $filters$, PADDED = $padded$, GROUPS = (CHANNELS + 3) / 4 };
    for (int at = 0; at < $taps$ * GROUPS; at++) {
        const int tap = at / GROUPS, first = at % GROUPS * 4, channels = CHANNELS - first < 4 ? CHANNELS - first : 4;
        uint8_t *restrict to = out + at * PADDED;
        for (int f = 0; f < PADDED; f++)
            to[f] = 0;
        for (int c = 0; c < channels; c++) {
            const int16_t *restrict row = $in0$ + (tap * CHANNELS + first + c) * FILTERS;
            for (int f = 0; f < FILTERS; f++) {
                const int level = row[f];
                const uint32_t code = $code$;
                to[f] = (uint8_t)(to[f] | (code & 1u) * ((uint32_t)$lanes$ << c));
            }
        }
    }
}
