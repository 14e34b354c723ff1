/* Figures: in: a model's rows. out: counts by number of bits, by the rules of larq.models.summary. */
#include "layers/figures.h"

#include <string.h>

static void widths_add(Widths *widths, int bits, int64_t count)
{
    int at = 0;
    while (at < widths->used && widths->bits[at] < bits)
        at++;
    if (at == widths->used || widths->bits[at] != bits) {
        if (widths->used == WIDTHS_MAX)
            return;
        for (int i = widths->used++; i > at; i--) {
            widths->bits[i] = widths->bits[i - 1];
            widths->count[i] = widths->count[i - 1];
        }
        widths->bits[at] = bits;
        widths->count[at] = 0;
    }
    widths->count[at] += count;
}

int64_t widths_count(const Widths *widths, int bits)
{
    for (int i = 0; i < widths->used; i++)
        if (widths->bits[i] == bits)
            return widths->count[i];
    return 0;
}

int64_t widths_sum(const Widths *widths)
{
    int64_t sum = 0;
    for (int i = 0; i < widths->used; i++)
        sum += widths->count[i];
    return sum;
}

int64_t widths_memory(const Widths *widths, int at_most)
{
    int64_t bits = 0;
    for (int i = 0; i < widths->used; i++)
        bits += widths->count[i] * (widths->bits[i] > 8 && at_most ? at_most : widths->bits[i]);
    return bits;
}

static bool layer_has(const LayerInfo *info, const char *role)
{
    for (int i = 0; i < info->variables.count; i++)
        if (!strcmp(info->variables.at[i]->role, role))
            return true;
    return false;
}

/* A row that is a batch normalization counts two values a channel: what is left when beta joins the mean and gamma the variance. */
static bool folded(const LayerInfo *info, const Variable *variable)
{
    return info->is_batchnorm && ((!strcmp(variable->role, "beta") && layer_has(info, "moving_mean")) ||
                                  (!strcmp(variable->role, "gamma") && layer_has(info, "moving_variance")));
}

static int variable_bits(const Variable *variable)
{
    return variable->quantized && variable->precision ? variable->precision : 32;
}

static int64_t output_pixels(Shape shape)
{
    return shape.rank == 3 ? (int64_t)shape.dim[0] * shape.dim[1] : shape.rank == 2 ? shape.dim[0] : 1;
}

static void add_macs(const LayerInfo *info, Profile *profile)
{
    profile->has_macs |= info->zero_macs || info->counts_macs;
    for (int i = 0; info->counts_macs && i < info->variables.count; i++) {
        const Variable *variable = info->variables.at[i];
        int bits = variable_bits(variable), input = info->input_precision > 0 ? info->input_precision : 32;
        if (!strstr(variable->name, "bias"))
            widths_add(&profile->macs, bits > input ? bits : input, shape_count(variable->shape) * output_pixels(info->output_shape));
    }
}

void figures_add_layer(const LayerInfo *info, Profile *profile)
{
    for (int i = 0; i < info->inner.count; i++) /* a model counts what its layers count */
        figures_add_layer(info->inner.at[i], profile);
    for (int i = 0; i < info->variables.count && !info->inner.count; i++) {
        const Variable *variable = info->variables.at[i];
        if (folded(info, variable))
            continue;
        int64_t count = shape_count(variable->shape);
        widths_add(&profile->parameters, variable_bits(variable), count);
        profile->trainable += variable->trainable && !variable->state ? count : 0;
    }
    add_macs(info, profile);
}
