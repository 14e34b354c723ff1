/* $layer$: bits become levels. */
static void $layer$($params$)
{
#if $parallel$
    BNN_PARALLEL_FOR
#endif
    for (int row = 0; row < $rows$; row++)
        for (int i = 0; i < $channels$; i++) {
            const uint32_t *word = $in0$ + row * $pitch$ + i / 32;
            out[row * $channels$ + i] = ($type$)($value$);
        }
}
