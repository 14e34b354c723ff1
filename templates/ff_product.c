/* Product on floats, forward or input gradient; lanes are the channels of the result. $grouped$: (t0 + t1) + (t2 + t3) along the channels of a
 * tap, else one term after the other. Weights lie as [tap][channel][lane channel], lines of $stride$, with a vector's margin at the end; run-time weights are
 * copied where they do not lie so. $tile$ pixels share each load of weights. */
#include "store.c"
static void $layer$_tile(const float *const *window, const int *pixel, int pixels$group_parameter$$tile_parameters$, $out_type$ *restrict out$extra_parameters$)
{
    enum { ROWS = $taps$ * $depth$, FILTERS = $filters$, STRIDE = $stride$ };
    for (int block = 0; block < $blocks$; block++) {
        const int f0 = $first_filter$ + block * 32;
        float sum[$tile$][32];
        for (int v = f0; v < f0 + 32 && v < FILTERS; v += BNN_LANES) {
            const float *w = $weights$ + v;
            $reg$ bnn_vf acc[$tile$];
            $unroll$(i, $tile$) { acc[i] = bnn_splatf(0.0f); }
#if $grouped$
            for (int k = 0; k < ROWS; k += 4) {
                const bnn_vf w0 = bnn_loadf(w), w1 = bnn_loadf(w + STRIDE), w2 = bnn_loadf(w + 2 * STRIDE), w3 = bnn_loadf(w + 3 * STRIDE);
                $unroll$(i, $tile$) {
                    const bnn_vf t01 = bnn_addf(bnn_mulf(bnn_splatf(window[i][k]), w0), bnn_mulf(bnn_splatf(window[i][k + 1]), w1));
                    const bnn_vf t23 = bnn_addf(bnn_mulf(bnn_splatf(window[i][k + 2]), w2), bnn_mulf(bnn_splatf(window[i][k + 3]), w3));
                    acc[i] = bnn_addf(acc[i], bnn_addf(t01, t23));
                }
                w += 4 * STRIDE;
            }
#else
            for (int k = 0; k < ROWS; k++) {
                const bnn_vf wk = bnn_loadf(w);
                $unroll$(i, $tile$) { acc[i] = bnn_addf(acc[i], bnn_mulf(bnn_splatf(window[i][k]), wk)); }
                w += STRIDE;
            }
#endif
            $unroll$(i, $tile$) { bnn_storef(sum[i] + (v - f0), acc[i]); }
        }
        for (int i = 0; i < pixels; i++)
            $layer$_store(sum[i], pixel[i], f0, out$extra$);
    }
}

#if $copied$
/* Run-time weights as the sums read them; channels of a tap are filled up with 0. */
static void $layer$_copy(const $w_type$ *restrict from, float *restrict weights)
{
    for (int k = 0; k < $taps$ * $depth$; k++) {
        for (int f = 0; f < $stride$; f++) {
            const int tap = k / $depth$, c = k % $depth$;
#if $input_gradient$
            weights[k * $stride$ + f] = c < $units$ && f < $filters$ ? (float)from[(tap * $filters$ + f) * $units$ + c] : 0.0f;
#else
            weights[k * $stride$ + f] = c < $units$ && f < $filters$ ? (float)from[(tap * $units$ + c) * $filters$ + f] : 0.0f;
#endif
        }
    }
}

#endif
#include "windows.c"
