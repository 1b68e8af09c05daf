/* The product of two channels follows from their squares and that of their difference. */
#include "pipelines/measure/phase.h"

#include <math.h>

PhaseFigures
phase_figures(const PhaseWindow *window)
{
    const double audible = pow(10, PHASE_AUDIBLE_DBFS / 10) * window->frames;
    PhaseFigures figures = {0};

    if (window->frames <= 0 || window->left < audible || window->right < audible)
        return figures;
    const double both = window->left + window->right;
    const double correlation =
        (both - window->difference) / (2 * sqrt(window->left) * sqrt(window->right));

    figures.known = true;
    figures.correlation = fmax(fmin(correlation, 1), -1);
    figures.mono = window->difference < both * pow(10, PHASE_MONO_DB / 10);
    figures.inverted = figures.correlation <= PHASE_INVERTED;
    return figures;
}
