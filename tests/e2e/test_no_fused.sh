# No product and sum are fused into one rounding where the machine has such instructions: gcc's vectorizers of straight lines and of loops did
# (vfmaddsub), in spite of -ffp-contract=off. The functions below, in a generated file, are what they fell for.
command -v objdump > /dev/null
[ "$(uname -m)" = x86_64 ] || { echo "not on this machine: instructions of x86-64"; exit 0; }
"$BNNC" "$TOP/tests/golden/dense.bnn" --init-weights -o dense.c
cat >> dense.c <<'C'
void alternate(const int *sum, float *out);
void alternate(const int *sum, float *out)
{
    out[0] = (float)sum[0] * 0.3f - 1.5f;
    out[1] = (float)sum[1] * 0.3f + 2.5f;
    out[2] = (float)sum[2] * 0.3f - 3.5f;
    out[3] = (float)sum[3] * 0.3f + 4.5f;
}
static const float scales[4] = {0.3f, 0.5f, 0.7f, 0.9f}, shifts[4] = {-1.5f, 2.5f, -3.5f, 4.5f};
void alternate_rows(const float *restrict x, float *restrict out);
void alternate_rows(const float *restrict x, float *restrict out)
{
    for (int row = 0; row < 36; row++)
        for (int i = 0; i < 4; i++)
            out[row * 4 + i] = x[row * 4 + i] * scales[i] + shifts[i];
}
C
for flags in "-O2 -mfma -mavx2" "-O3 -mfma -mavx2" "-O3 -mavx2 -mfma4" "-O3 -march=x86-64-v4" "-O3 -mfma -mavx2 -ffp-contract=off"; do
    for cc in gcc clang; do
        command -v $cc > /dev/null || { echo "not on this machine: $cc"; continue; }
        $cc $flags -c dense.c -o dense.o
        objdump -d dense.o > dense.s
        if grep -E "vfn?m(add|sub)" dense.s; then echo "$cc $flags fuses"; exit 1; fi
    done
done
