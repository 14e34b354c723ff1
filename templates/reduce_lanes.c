/* $layer$: reduction over $length$ rows; lanes are channels, row r adds to partial sum r mod 16, then pairwise. */
static void $layer$($params$)
{
#if $parallel$
    BNN_PARALLEL_FOR
#endif
    for (int task = 0; task < $tasks$; task++) {
        const int first = $first$;
        const int group = $group$;
        const float *x = $in0$ + ($base$) + first;
        float part[16][$lanes$];
#if $whole$
        const int width = $lanes$;
#else
        const int width = $channels$ - first < $lanes$ ? $channels$ - first : $lanes$;
#endif
        for (int i = 0; i < 16; i++)
            for (int c = 0; c < $lanes$; c++)
                part[i][c] = 0.0f;
        for (int r = 0; r < $length$; r++) {
            const float *row = x + ($offset$);
            float *sum = part[r & 15];
            for (int c = 0; c < width; c++)
                sum[c] += row[c];
        }
        for (int half = 8; half > 0; half /= 2)
            for (int i = 0; i < half; i++)
                for (int c = 0; c < $lanes$; c++)
                    part[i][c] += part[i + half][c];
        for (int c = 0; c < width; c++)
#if $mean$
            out[group * $channels$ + first + c] = part[0][c] / (float)($length$);
#else
            out[group * $channels$ + first + c] = part[0][c];
#endif
    }
}
