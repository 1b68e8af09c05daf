/* The choice of key frames. */
#include "pipelines/elements/key-choice.h"

bool
key_choice_step(KeyChoice *choice, Sampling sampling, bool key, bool suspicious, MonoUs arrived_us)
{
    const bool due = choice->chosen_us == 0 ||
                     arrived_us - choice->chosen_us >= KEY_CHOICE_INTERVAL_US - KEY_CHOICE_SLACK_US;
    bool chosen = false;

    switch (sampling) {
    case SAMPLING_NONE:
        break;
    case SAMPLING_KEY_INTERVAL:
        chosen = key && (due || suspicious);
        break;
    case SAMPLING_EVERY_KEY:
        chosen = key;
        break;
    case SAMPLING_ALL:
        chosen = key || choice->running;
        break;
    }
    choice->first = sampling == SAMPLING_ALL && chosen && !choice->running;
    choice->running = sampling == SAMPLING_ALL && chosen;
    if (chosen)
        choice->chosen_us = arrived_us;
    return chosen;
}
