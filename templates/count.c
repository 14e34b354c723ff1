/* $layer$: the number of samples in this batch. */
static void $layer$($params$)
{
    out[0] = (float)$samples$;
}
