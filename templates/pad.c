/* $layer$: a border of one value around the input. */
static void $layer$($params$)
{
    for (int i = 0; i < $total$; i++)
#if $bordered$
        out[i] = $border$[i % $words$];
#else
        out[i] = $fill$;
#endif
#if $flat$
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
