/* Where libavcodec puts a picture: memory for one at a time, given back to the system in between.
 *
 * A key frame is decoded for 30 ms of every 4 s, in memory that is a third of the process. It
 * stands on huge pages where the system has them, so that taking and giving it back costs two page
 * faults and not a thousand. A second picture at the same time, or one that is too large, gets
 * memory in libavcodec's own way. Streaming thread, but for the last unreference. */
#pragma once

#include <libavcodec/avcodec.h>

typedef struct PictureMemory PictureMemory;

/* Returns: (transfer full) (nullable): NULL if the system has no address space left */
PictureMemory *picture_memory_new(void);

/* Lets @codec, not opened yet, decode into @memory, which must live as long. */
void picture_memory_attach(PictureMemory *memory, AVCodecContext *codec);

/* @memory: (nullable) (transfer full): a picture that still lies in it keeps it until it goes. */
void picture_memory_free(PictureMemory *memory);
