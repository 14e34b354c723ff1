/* $layer$: levels become bits, 32 channels a word. */
static void $layer$($params$)
{
#if $parallel$
    BNN_PARALLEL_FOR
#endif
    for (int row = 0; row < $rows$; row++) {
        for (int word = 0; word < $words$; word++) {
            uint32_t code[32];
#if $whole$
            const int width = 32;
#else
            const int width = $channels$ - word * 32 < 32 ? $channels$ - word * 32 : 32;
#endif
            for (int bit = 0; bit < width; bit++) {
                const int i = word * 32 + bit;
                $lines$
                code[bit] = $code$;
            }
            $unroll$(p, $planes$) {
                uint32_t bits = 0;
                for (int bit = 0; bit < width; bit++)
                    bits |= ((code[bit] >> p) & 1u) << bit;
                out[(row * $planes$ + p) * $words$ + word] = bits;
            }
        }
    }
}
