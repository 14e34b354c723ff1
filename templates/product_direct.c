/* Product of any kind and geometry, one scalar sum after the other: dense, convolution, depthwise, grouped, local; forward and both gradients.
 * Integers: exact. $grouped$: groups of four, (t0 + t1) + (t2 + t3). Else sequential. The order is compiler/README.md's. */
#if !$dense$
#if !$input_gradient$
/* The input pixel that a tap sees at an output pixel, -1 outside. */
static inline int $layer$_seen(int pixel, int tap)
{
    const int z = pixel / ($out_rows$ * $out_cols$) * $stride_slices$ - $before_slices$ + tap / ($kernel_rows$ * $kernel_cols$) * $dilation_slices$;
    const int y = pixel / $out_cols$ % $out_rows$ * $stride_rows$ - $before_rows$ + tap / $kernel_cols$ % $kernel_rows$ * $dilation_rows$;
    const int x = pixel % $out_cols$ * $stride_cols$ - $before_cols$ + tap % $kernel_cols$ * $dilation_cols$;
    const int inside = z >= 0 && z < $in_slices$ && y >= 0 && y < $in_rows$ && x >= 0 && x < $in_cols$;
    return inside ? (z * $in_rows$ + y) * $in_cols$ + x : -1;
}

#else
/* The output pixel that sees an input pixel through a tap, -1 when there is none. */
static inline int $layer$_made(int pixel, int tap)
{
    const int z = pixel / ($in_rows$ * $in_cols$) + $before_slices$ - tap / ($kernel_rows$ * $kernel_cols$) * $dilation_slices$;
    const int y = pixel / $in_cols$ % $in_rows$ + $before_rows$ - tap / $kernel_cols$ % $kernel_rows$ * $dilation_rows$;
    const int x = pixel % $in_cols$ + $before_cols$ - tap % $kernel_cols$ * $dilation_cols$;
    const int inside = z >= 0 && z % $stride_slices$ == 0 && z / $stride_slices$ < $out_slices$ && y >= 0 && y % $stride_rows$ == 0 &&
                       y / $stride_rows$ < $out_rows$ && x >= 0 && x % $stride_cols$ == 0 && x / $stride_cols$ < $out_cols$;
    return inside ? (z / $stride_slices$ * $out_rows$ + y / $stride_rows$) * $out_cols$ + x / $stride_cols$ : -1;
}

#endif
#else
#if !$input_gradient$
static inline int $layer$_seen(int pixel, int tap)
{
    return pixel + tap;
}

#else
static inline int $layer$_made(int pixel, int tap)
{
    return pixel - tap;
}

#endif
#endif
typedef struct {
    $acc_type$ total;
#if $grouped$
    float term[4];
    int filled;
#endif
} $layer$_sum;

static inline void $layer$_flush($layer$_sum *sum)
{
#if $grouped$
    while (sum->filled & 3)
        sum->term[sum->filled++] = 0.0f;
    if (sum->filled)
        sum->total += (sum->term[0] + sum->term[1]) + (sum->term[2] + sum->term[3]);
    sum->filled = 0;
#else
    (void)sum;
#endif
}

static inline void $layer$_add($layer$_sum *sum, $acc_type$ a, $acc_type$ b)
{
#if $grouped$
    sum->term[sum->filled++] = a * b;
    if (sum->filled == 4)
        $layer$_flush(sum);
#else
    sum->total += a * b;
#endif
}

static void $layer$($params$)
{
    enum { IN = $in_channels$, OUT = $out_channels$, IN_GROUP = IN / $groups$, OUT_GROUP = OUT / $groups$, TAPS = $taps$ };
    const int rows = $samples$ * $leading$;
    const $a_type$ *const a = $in0$;
    const $b_type$ *const b = $in1$;
#if $parallel$
    BNN_PARALLEL_FOR
#endif
#if $forward$
    for (int at = 0; at < rows * $out_pixels$; at++) {
        const int pixel = at % $out_pixels$, row = at / $out_pixels$;
#if $out_packed$
        for (int k = 0; k < $out_planes$ * $out_words$; k++)
            out[at * ($out_planes$ * $out_words$) + k] = 0;
#endif
        for (int f = 0; f < OUT; f++) {
            $layer$_sum sum = {0};
            for (int tap = 0; tap < TAPS; tap++) {
                const int seen = $layer$_seen(pixel, tap), base = (row * $in_pixels$ + seen) * IN + f / OUT_GROUP * IN_GROUP;
                for (int c = 0; seen >= 0 && c < IN_GROUP; c++)
                    $layer$_add(&sum, ($acc_type$)a[base + c], ($acc_type$)b[(($local$ * pixel * TAPS + tap) * IN_GROUP + c) * OUT + f]);
                $layer$_flush(&sum);
            }
#if $out_packed$
            const uint32_t code = $epilogue$(sum.total, f$extra$);
            for (int p = 0; p < $out_planes$; p++)
                out[(at * $out_planes$ + p) * $out_words$ + f / 32] |= (code >> p & 1u) << (f & 31);
#else
            out[at * OUT + f] = $epilogue$(sum.total, f$extra$);
#endif
        }
    }
#endif
#if $input_gradient$
    for (int at = 0; at < rows * $in_pixels$; at++) {
        const int pixel = at % $in_pixels$, row = at / $in_pixels$;
#if $out_packed$
        for (int k = 0; k < $out_planes$ * $out_words$; k++)
            out[at * ($out_planes$ * $out_words$) + k] = 0;
#endif
        for (int c = 0; c < IN; c++) {
            $layer$_sum sum = {0};
            const int first = c / IN_GROUP * OUT_GROUP;
            for (int tap = 0; tap < TAPS; tap++) {
                const int made = $layer$_made(pixel, tap), base = (row * $out_pixels$ + made) * OUT + first;
                const int w = (($local$ * made * TAPS + tap) * IN_GROUP + c % IN_GROUP) * OUT + first;
                for (int f = 0; made >= 0 && f < OUT_GROUP; f++)
                    $layer$_add(&sum, ($acc_type$)a[base + f], ($acc_type$)b[w + f]);
                $layer$_flush(&sum);
            }
#if $out_packed$
            const uint32_t code = $epilogue$(sum.total, c$extra$);
            for (int p = 0; p < $out_planes$; p++)
                out[(at * $out_planes$ + p) * $out_words$ + c / 32] |= (code >> p & 1u) << (c & 31);
#else
            out[at * IN + c] = $epilogue$(sum.total, c$extra$);
#endif
        }
    }
#endif
#if $kernel_gradient$
    for (int k = 0; k < $kernel_rows_total$; k++) {
        const int c = k % IN_GROUP, tap = k / IN_GROUP % TAPS;
        const int first = $local$ ? k / IN_GROUP / TAPS : 0, pixels = $local$ ? 1 : $out_pixels$;
        for (int f = 0; f < OUT; f++) {
            $layer$_sum sum = {0};
            for (int row = 0; row < rows; row++) {
                for (int pixel = first; pixel < first + pixels; pixel++) {
                    const int seen = $layer$_seen(pixel, tap), channel = f / OUT_GROUP * IN_GROUP + c;
                    const int from = (row * $in_pixels$ + seen) * IN + channel, to = (row * $out_pixels$ + pixel) * OUT + f;
                    $layer$_add(&sum, ($acc_type$)(seen < 0 ? 0 : a[from]), ($acc_type$)(seen < 0 ? 0 : b[to]));
                }
                if (pixels > 1)
                    $layer$_flush(&sum);
            }
            $layer$_flush(&sum);
            out[k * OUT + f] = $epilogue$(sum.total, f % $last_dim$$extra$);
        }
    }
#endif
}
