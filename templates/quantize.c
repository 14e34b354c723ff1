/* $layer$: levels become bits, 32 channels a word. */
static void $layer$($params$)
{
#if $parallel$
    BNN_PARALLEL_FOR
#endif
    for (int row = 0; row < $rows$; row++)
        for (int word = 0; word < $words$; word++) {
            $reg$ uint32_t bits[$planes$];
#if $whole$
            const int width = 32;
#else
            const int width = $channels$ - word * 32 < 32 ? $channels$ - word * 32 : 32;
#endif
            $unroll$(p, $planes$) {
                bits[p] = 0;
            }
            for (int bit = 0; bit < width; bit++) {
                const int i = word * 32 + bit;
                $lines$
                const uint32_t code = $code$;
                $unroll$(p, $planes$) {
                    bits[p] |= ((code >> p) & 1u) << bit;
                }
            }
            $unroll$(p, $planes$) {
                out[(row * $planes$ + p) * $words$ + word] = bits[p];
            }
        }
}
