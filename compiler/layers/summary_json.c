/* Summary as JSON: in: a model's rows. out: the figures of larq.models.summary for programs, one object. */
#include "layers/figures.h"
#include "layers/layers.h"

#include <string.h>

static void add_string(Text *text, const char *string)
{
    text_add_char(text, '"');
    for (const unsigned char *at = (const unsigned char *)string; *at; at++) {
        if (*at == '"' || *at == '\\')
            text_printf(text, "\\%c", *at);
        else if (*at < 0x20)
            text_printf(text, "\\u%04x", *at);
        else
            text_add_char(text, (char)*at);
    }
    text_add_char(text, '"');
}

static void add_widths(Text *text, const char *key, const Widths *widths)
{
    bool first = true;
    text_printf(text, "\"%s\": {", key);
    for (int i = 0; i < widths->used; i++) {
        if (!widths->count[i])
            continue;
        text_printf(text, "%s\"%d\": %lld", first ? "" : ", ", widths->bits[i], (long long)widths->count[i]);
        first = false;
    }
    text_add(text, "}");
}

static void add_shape(Text *text, const LayerInfo *info)
{
    if (info->outputs_text) {
        add_string(text, info->outputs_text);
        return;
    }
    text_add(text, "[null");
    for (int i = 0; i < info->output_shape.rank; i++)
        text_printf(text, ", %d", info->output_shape.dim[i]);
    text_add(text, "]");
}

static void add_layer(Text *text, const LayerInfo *info)
{
    Profile profile = { 0 };
    figures_add_layer(info, &profile);
    text_add(text, "{\"layer\": ");
    add_string(text, info->name);
    text_add(text, ", \"class\": ");
    add_string(text, info->class_name);
    text_add(text, ", \"input_precision\": ");
    if (info->input_precision > 0)
        text_printf(text, "%d", info->input_precision);
    else
        text_add(text, "null");
    text_add(text, ", \"output_shape\": ");
    add_shape(text, info);
    text_add(text, ", ");
    add_widths(text, "weights", &profile.parameters);
    text_printf(text, ", \"memory_bits\": %lld, ", (long long)widths_memory(&profile.parameters, 0));
    add_widths(text, "macs", &profile.macs);
    text_add(text, "}");
}

static void add_total(Text *text, const Profile *total)
{
    int64_t count = widths_sum(&total->parameters);
    add_widths(text, "weights", &total->parameters);
    text_printf(text, ",\n \"trainable\": %lld, \"total\": %lld, \"memory_bits\": %lld, \"memory_bits_8bit_fp\": %lld, \"memory_bits_fp32\": %lld,\n ",
                (long long)total->trainable, (long long)count, (long long)widths_memory(&total->parameters, 0),
                (long long)widths_memory(&total->parameters, 8), (long long)(32 * count));
    add_widths(text, "macs", &total->macs);
}

const char *layers_summary_json(Arena *arena, const Model *model)
{
    Text text = text_new(arena);
    Profile total = { 0 };
    text_add(&text, "{\"name\": ");
    add_string(&text, model->name);
    text_add(&text, ",\n \"layers\": [");
    for (int i = 0; i < model->layers.count; i++) {
        text_add(&text, i ? ",\n  " : "\n  ");
        add_layer(&text, model->layers.at[i]);
        figures_add_layer(model->layers.at[i], &total);
    }
    text_add(&text, "],\n ");
    add_total(&text, &total);
    text_add(&text, "}\n");
    return text.at;
}
