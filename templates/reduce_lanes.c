/* $layer$: reduction over $length$ rows; lanes are channels. Floats: row r adds to partial sum r mod 16, then pairwise. Integers: exact. */
static void $layer$($params$)
{
#if $parallel$
    BNN_PARALLEL_FOR
#endif
    for (int task = 0; task < $tasks$; task++) {
        const int first = $first$;
        const int group = $group$;
        const $type$ *x = $in0$ + ($base$) + first;
#if $whole$
        const int width = $lanes$;
#else
        const int width = $channels$ - first < $lanes$ ? $channels$ - first : $lanes$;
#endif
#if $exact$
        int64_t sum[$lanes$];
        for (int c = 0; c < $lanes$; c++)
            sum[c] = 0;
        for (int r = 0; r < $length$; r++)
            for (int c = 0; c < width; c++)
                sum[c] += x[($offset$) + c];
#else
        float part[16][$lanes$];
        for (int i = 0; i < 16; i++)
            for (int c = 0; c < $lanes$; c++)
                part[i][c] = 0.0f;
        for (int r = 0; r < $length$; r++) {
            float *sum_r = part[r & 15];
            for (int c = 0; c < width; c++)
                sum_r[c] += x[($offset$) + c];
        }
        for (int half = 8; half > 0; half /= 2)
            for (int i = 0; i < half; i++)
                for (int c = 0; c < $lanes$; c++)
                    part[i][c] += part[i + half][c];
        const float *sum = part[0];
#endif
        for (int c = 0; c < width; c++)
#if $mean$
            out[group * $channels$ + first + c] = (float)sum[c] / (float)($length$);
#else
            out[group * $channels$ + first + c] = (float)sum[c];
#endif
    }
}
