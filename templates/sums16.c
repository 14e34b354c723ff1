/* 16 rows, `pitch` floats apart, of sums (t0 + t1) + (t2 + t3): t is d times the higher level where the row's bit is set, else the lower one. */
static inline void $layer$_sums16(const bnn_vf d[4], int pitch, float *restrict row)
{
    bnn_vf low[4], high[4], pair[4];
    for (int k = 0; k < 4; k++) {
        low[k] = $low$;
        high[k] = $high$;
    }
    for (int n = 0; n < 4; n++)
        pair[n] = bnn_addf(n & 1 ? high[2] : low[2], n & 2 ? high[3] : low[3]);
    for (int n = 0; n < 4; n++) {
        const bnn_vf t01 = bnn_addf(n & 1 ? high[0] : low[0], n & 2 ? high[1] : low[1]);
        for (int m = 0; m < 4; m++)
            bnn_storef(row + (m * 4 + n) * pitch, bnn_addf(t01, pair[m]));
    }
}

