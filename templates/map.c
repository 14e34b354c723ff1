/* $layer$: one pointwise expression. */
static void $layer$($params$)
{
    $fixed$
#if $flat$
#if $parallel$
    BNN_PARALLEL_FOR
#endif
    for (int i = 0; i < $inner$; i++) {
        $lines$
        out[$at$] = $value$;
    }
#else
#if $parallel$
    BNN_PARALLEL_FOR
#endif
    for (int row = 0; row < $rows$; row++) {
        $row_lines$
        for (int i = 0; i < $inner$; i++) {
            $lines$
            out[$at$] = $value$;
        }
    }
#endif
}
