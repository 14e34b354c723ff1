/* Metrics: in: their parts, summed over samples. out: how many numbers those are, and the metric. */
#include "graph/model.h"

int metric_numbers(const Metric *metric)
{
    int count = metric->loss;
    for (int i = 0; i < metric->part_count; i++)
        count += metric->part_size[i];
    return count;
}

int graph_metric_numbers(const Graph *graph)
{
    int count = 0;
    for (int i = 0; i < graph->metrics.count; i++)
        count += (int)shape_count(graph->metrics.at[i]->shape);
    return count;
}

float metric_value(const Metric *metric, const double *sums, int samples)
{
    float number[1 + METRIC_NUMBERS];
    const float *argument[1 + METRIC_PARTS] = {number};
    int size[1 + METRIC_PARTS] = {1}, at = 1;
    if (!metric->result)
        return (float)(sums[0] / samples);
    number[0] = (float)samples;
    for (int i = 0; i < metric->part_count; i++) {
        argument[1 + i] = number + at;
        size[1 + i] = metric->part_size[i];
        for (int k = 0; k < metric->part_size[i]; k++, at++)
            number[at] = (float)*sums++;
    }
    return expr_eval_rows(metric->result, argument, size);
}
