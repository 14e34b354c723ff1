/* Weight levels of one plane [tap][channel][filter] to KERNEL_TCODES [tap][filter/4][channel]: the bits of four filters times $lanes$. */
static void $layer$($params$)
{
    enum { CHANNELS = $channels$, FILTERS = $filters$, PADDED = $padded$, GROUPS = (FILTERS + 3) / 4 };
#if $parallel$
    BNN_PARALLEL_FOR
#endif
    for (int tap = 0; tap < $taps$; tap++)
        for (int c = 0; c < PADDED; c++)
            for (int group = 0; group < GROUPS; group++) {
                uint32_t bits = 0;
                for (int j = 0; j < 4 && c < CHANNELS && 4 * group + j < FILTERS; j++) {
                    const int level = $in0$[(tap * CHANNELS + c) * FILTERS + 4 * group + j];
                    const uint32_t code = $code$;
                    bits |= (code & 1u) << j;
                }
                out[(tap * GROUPS + group) * PADDED + c] = (uint8_t)(bits * (uint32_t)$lanes$);
            }
}
