/* $layer$: uniform numbers in [0, 1), the same for the same seed, step, stream and element. */
static void $layer$($params$)
{
#if $parallel$
    BNN_PARALLEL_FOR
#endif
    for (int i = 0; i < $total$; i++)
        out[i] = bnn_random(seed, (uint64_t)(int32_t)$in0$[0], $stream$, (uint64_t)i);
}
