#include "index/mime/mime_stream.h"

#include <errno.h>
#include <string.h>

typedef struct MimeStream {
	GMimeStream parent;
	MimeFile *file;
} MimeStream;

typedef struct MimeStreamClass {
	GMimeStreamClass parent;
} MimeStreamClass;

static GType mime_stream_get_type(void);
G_DEFINE_TYPE(MimeStream, mime_stream, GMIME_TYPE_STREAM)

static int64_t
virtual_length(const MimeFile *file)
{
	return (int64_t)file->prefix->len + MAX(file->end - file->body, 0);
}

static int64_t
bound(GMimeStream *stream)
{
	int64_t length = virtual_length(((MimeStream *)stream)->file);
	return stream->bound_end == -1 ? length : MIN(stream->bound_end, length);
}

/* The first mask that ends behind OFFSET. */
static guint
first_mask(const MimeFile *file, int64_t offset)
{
	guint low = 0, high = file->masks->len;
	while (low < high) {
		guint middle = (low + high) / 2;
		if (g_array_index(file->masks, MimeMask, middle).end <= offset)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* A colon opens a group of addresses; without it there is nothing to nest. */
static void
mask(const MimeFile *file, int64_t offset, char *bytes, size_t length)
{
	int64_t end = offset + (int64_t)length;
	for (guint i = first_mask(file, offset); i < file->masks->len; i++) {
		const MimeMask *range = &g_array_index(file->masks, MimeMask, i);
		if (range->start >= end)
			return;
		int64_t to = MIN(range->end, end);
		for (int64_t at = MAX(range->start, offset); at < to; at++)
			if (bytes[at - offset] == ':')
				bytes[at - offset] = '_';
	}
}

static ssize_t
stream_read(GMimeStream *stream, char *buffer, size_t length)
{
	MimeFile *file = ((MimeStream *)stream)->file;
	int64_t end = bound(stream);
	if (stream->position >= end)
		return 0;
	length = (size_t)MIN((int64_t)length, end - stream->position);
	int64_t prefix = (int64_t)file->prefix->len;
	if (stream->position < prefix) {
		length = (size_t)MIN((int64_t)length, prefix - stream->position);
		memcpy(buffer, file->prefix->str + stream->position, length);
	} else {
		int64_t offset = file->body + stream->position - prefix;
		const char *bytes;
		size_t got = mime_file_read(file, offset, &bytes);
		length = MIN(length, got);
		memcpy(buffer, bytes, length);
		if (file->masking)
			mask(file, offset, buffer, length);
	}
	stream->position += (int64_t)length;
	return (ssize_t)length;
}

static ssize_t
stream_write(GMimeStream *stream, const char *buffer, size_t length)
{
	errno = EBADF;
	return -1;
}

static int
stream_succeed(GMimeStream *stream)
{
	return 0;
}

static gboolean
stream_eos(GMimeStream *stream)
{
	return stream->position >= bound(stream);
}

static int
stream_reset(GMimeStream *stream)
{
	stream->position = stream->bound_start;
	return 0;
}

static gint64
stream_seek(GMimeStream *stream, gint64 offset, GMimeSeekWhence whence)
{
	int64_t base = whence == GMIME_STREAM_SEEK_CUR   ? stream->position
	               : whence == GMIME_STREAM_SEEK_END ? bound(stream)
	                                                 : 0;
	if (offset > 0 ? base > INT64_MAX - offset : base < INT64_MIN - offset)
		return -1;
	int64_t target = base + offset;
	if (target < stream->bound_start || target > bound(stream)) {
		errno = EINVAL;
		return -1;
	}
	return stream->position = target;
}

static gint64
stream_tell(GMimeStream *stream)
{
	return stream->position;
}

static gint64
stream_length(GMimeStream *stream)
{
	return bound(stream) - stream->bound_start;
}

static GMimeStream *
stream_substream(GMimeStream *stream, gint64 start, gint64 end)
{
	MimeStream *part = g_object_new(mime_stream_get_type(), NULL);
	part->file = ((MimeStream *)stream)->file;
	g_mime_stream_construct(&part->parent, start, end);
	return &part->parent;
}

static void
mime_stream_class_init(MimeStreamClass *class)
{
	GMimeStreamClass *stream = &class->parent;
	stream->read = stream_read;
	stream->write = stream_write;
	stream->flush = stream_succeed;
	stream->close = stream_succeed;
	stream->eos = stream_eos;
	stream->reset = stream_reset;
	stream->seek = stream_seek;
	stream->tell = stream_tell;
	stream->length = stream_length;
	stream->substream = stream_substream;
}

static void
mime_stream_init(MimeStream *stream)
{
	stream->file = NULL;
}

GMimeStream *
mime_stream_new(MimeFile *file)
{
	MimeStream *stream = g_object_new(mime_stream_get_type(), NULL);
	stream->file = file;
	g_mime_stream_construct(&stream->parent, 0, virtual_length(file));
	return &stream->parent;
}
