/* Floats x weights of two levels, forward; lanes are filters. Four channels of a tap make a table of 16 sums (t0 + t1) + (t2 + t3); the code of
 * four weights picks one. Weights: KERNEL_CODES. */
#include "store.c"
static void $layer$_tile(const float *const *window, const int *pixel, int pixels$group_parameter$$tile_parameters$, $out_type$ *restrict out$extra_parameters$)
{
    enum { GROUPS = $taps$ * $depth$ / 4, FILTERS = $filters$, PADDED = $padded$ };
    for (int i = 0; i < pixels; i++) {
        float table[GROUPS][16];
        for (int g = 0; g < GROUPS; g++)
            for (int n = 0; n < 16; n++) {
                const float *t = window[i] + 4 * g;
                const float t01 = (n & 1 ? $level_1$ : $level_0$) * t[0] + (n & 2 ? $level_1$ : $level_0$) * t[1];
                table[g][n] = t01 + ((n & 4 ? $level_1$ : $level_0$) * t[2] + (n & 8 ? $level_1$ : $level_0$) * t[3]);
            }
        for (int block = 0; block < $blocks$; block++) {
            const int f0 = $first_filter$ + block * 32;
            float sum[32];
            for (int v = f0; v < f0 + 32 && v < FILTERS; v += BNN_LANES) {
                const uint8_t *codes = $in1$ + v;
                bnn_vf acc = bnn_splatf(0.0f);
                for (int g = 0; g < GROUPS; g++) {
                    acc = bnn_addf(acc, bnn_lookup16(table[g], codes));
                    codes += PADDED;
                }
                bnn_storef(sum + (v - f0), acc);
            }
            $layer$_store(sum, pixel[i], f0, out$extra$);
        }
    }
}

#include "windows.c"
