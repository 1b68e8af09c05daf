/* What a channel's stream is made of, as the analyser has it: services, components, tables, and how
 * PCRs and datagrams are spread. Main thread. */
#pragma once

#include "pipelines/contract/message.h"
#include "pipelines/ts/ip-flow.h"
#include "pipelines/ts/ts-analyser.h"

/**
 * stream_structure_read:
 * @flow: figures of the input
 * @service_id: of the channel, 0 for the first of the PAT
 * @now_us: when it is read
 * @ret_structure: (out): without channel_id and since_us; what it owns is to be freed with
 *   message_structure_clear()
 *
 * Tables are those of the whole stream and of the channel's service, the EIT schedule left out.
 */
void stream_structure_read(const TsAnalyser *analyser,
                           const IpFigures *flow,
                           uint16_t service_id,
                           MonoUs now_us,
                           MessageStructure *ret_structure);
