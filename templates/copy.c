/* $layer$: elements change place. */
static void $layer$($params$)
{
#if $flat$
#if $parallel$
    BNN_PARALLEL_FOR
#endif
    for (int i = 0; i < $inner$; i++)
        out[$at$] = $from$;
#else
#if $parallel$
    BNN_PARALLEL_FOR
#endif
    for (int row = 0; row < $rows$; row++)
        for (int i = 0; i < $inner$; i++)
            out[$at$] = $from$;
#endif
}
