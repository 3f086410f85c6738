#pragma once
/*
 * The GMime stream of a MimeFile: the header made for GMime, then the file's body. While
 * file->masking is set, masked bytes are shown changed (same length), see mime_guard.h; afterwards
 * as they are. Streams and what GMime made of them must go before the file. One thread.
 */
#include <gmime/gmime.h>

#include "index/mime/mime_file.h"

/* The caller owns it. */
GMimeStream *mime_stream_new(MimeFile *file);

/* GMime 3.2 does not define these. */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeFilter, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeParser, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeStream, g_object_unref)
