#include "index/mime/mime_read.h"

#include <string.h>

#include "index/mime/mime_attachment.h"
#include "index/mime/mime_base64.h"
#include "index/mime/mime_guard.h"
#include "index/mime/mime_stream.h"

static void
part_free(MimePart *part)
{
	g_free(part->number);
	g_free(part->type);
	g_free(part->name);
	g_free(part->charset);
	g_free(part);
}

/* What is still to be visited, the next at the end. */
typedef struct Visit {
	GMimeObject *object;
	char *number;
	int depth;
	bool inside, alternative;
} Visit;

/* One form of a text alone leaves nothing to choose. */
static bool
is_choice(const MimePart *part)
{
	return strcmp(part->type, "multipart/alternative") == 0 &&
	       GMIME_IS_MULTIPART(part->object) &&
	       g_mime_multipart_get_count(GMIME_MULTIPART(part->object)) > 1;
}

static void
push(GArray *visits, GMimeObject *object, char *number, const Visit *parent)
{
	Visit visit = { object, number, 0, false, false };
	if (parent != NULL) {
		visit.depth = parent->depth + 1;
		visit.inside = parent->inside;
		visit.alternative = parent->alternative;
	}
	g_array_append_val(visits, visit);
}

static char *
child_number(const char *number, int index)
{
	if (number == NULL || strcmp(number, "0") == 0)
		return g_strdup_printf("%d", index + 1);
	return g_strdup_printf("%s.%d", number, index + 1);
}

static void
push_children(GArray *visits, GMimeMultipart *multipart, const Visit *parent)
{
	int count = g_mime_multipart_get_count(multipart);
	for (int i = count - 1; i >= 0; i--) {
		GMimeObject *child = g_mime_multipart_get_part(multipart, i);
		if (child != NULL)
			push(visits, child, child_number(parent->number, i), parent);
	}
}

/* The body of an attached message: a multipart's children are numbered as if they were its own. */
static void
push_message(GArray *visits, GMimeMessagePart *part, const Visit *parent)
{
	GMimeMessage *message = g_mime_message_part_get_message(part);
	GMimeObject *body = message != NULL ? g_mime_message_get_mime_part(message) : NULL;
	if (body == NULL)
		return;
	Visit inner = { body, parent->number, parent->depth, true, false };
	if (GMIME_IS_MULTIPART(body) && g_mime_multipart_get_count(GMIME_MULTIPART(body)) > 0)
		push_children(visits, GMIME_MULTIPART(body), &inner);
	else
		push(visits, body, child_number(parent->number, 0), &inner);
}

static void
walk(MimeMessage *message)
{
	g_autoptr(GArray) visits = g_array_new(FALSE, FALSE, sizeof(Visit));
	bool multipart = GMIME_IS_MULTIPART(message->root);
	push(visits, message->root, g_strdup(multipart ? "0" : "1"), NULL);
	while (visits->len > 0) {
		Visit visit = g_array_index(visits, Visit, visits->len - 1);
		g_array_set_size(visits, visits->len - 1);
		if (message->parts->len >= MIME_PARTS) {
			message->parts_cut = true;
			g_free(visit.number);
			continue;
		}
		MimePart *part = mime_attachment_describe(visit.object, visit.inside);
		part->number = visit.number;
		part->depth = visit.depth;
		part->alternative = visit.alternative;
		visit.alternative = visit.alternative || is_choice(part);
		g_ptr_array_add(message->parts, part);
		bool container =
			GMIME_IS_MULTIPART(visit.object) || GMIME_IS_MESSAGE_PART(visit.object);
		if (container && visit.depth >= MIME_DEPTH)
			part->too_deep = true;
		else if (GMIME_IS_MULTIPART(visit.object))
			push_children(visits, GMIME_MULTIPART(visit.object), &visit);
		else if (GMIME_IS_MESSAGE_PART(visit.object))
			push_message(visits, GMIME_MESSAGE_PART(visit.object), &visit);
	}
}

MimeMessage *
mime_message_open(const char *path, GError **error)
{
	MimeFile *file = mime_file_open(path, error);
	if (file == NULL)
		return NULL;
	MimeMessage *message = g_new0(MimeMessage, 1);
	message->file = file;
	message->header = header_read(file->header, file->header_length);
	message->parts = g_ptr_array_new_with_free_func((GDestroyNotify)part_free);
	message->parts_cut = !mime_guard_scan(file);

	g_autoptr(GMimeStream) stream = mime_stream_new(file);
	g_autoptr(GMimeParser) parser = g_mime_parser_new_with_stream(stream);
	file->masking = true;
	message->root = g_mime_parser_construct_part(parser, NULL);
	file->masking = false;
	if (message->root != NULL)
		walk(message);
	return message;
}

void
mime_message_close(MimeMessage *message)
{
	if (message == NULL)
		return;
	g_ptr_array_unref(message->parts);
	g_clear_object(&message->root);
	header_free(message->header);
	mime_file_free(message->file);
	g_free(message);
}

const MimePart *
mime_message_part(const MimeMessage *message, const char *number)
{
	for (guint i = 0; i < message->parts->len; i++) {
		const MimePart *part = g_ptr_array_index(message->parts, i);
		if (strcmp(part->number, number) == 0)
			return part;
	}
	return NULL;
}

static bool
decode_base64(GMimeStream *stream, MimeOnBytes on_bytes, void *data)
{
	MimeBase64 state = { 0 };
	char in[16384], out[16384 + 4];
	ssize_t got;
	while ((got = g_mime_stream_read(stream, in, sizeof(in))) > 0) {
		size_t length = mime_base64_step(&state, in, (size_t)got, out);
		if (length > 0 && !on_bytes(out, length, data))
			return false;
	}
	size_t length = mime_base64_end(&state, out);
	return length == 0 || on_bytes(out, length, data);
}

/* A filter may make nothing of many bytes: only the stream knows where its end is. */
static bool
copy_stream(GMimeStream *stream, MimeOnBytes on_bytes, void *data)
{
	char bytes[16384];
	while (!g_mime_stream_eos(stream)) {
		ssize_t got = g_mime_stream_read(stream, bytes, sizeof(bytes));
		if (got < 0)
			return true;
		if (got > 0 && !on_bytes(bytes, (size_t)got, data))
			return false;
	}
	return true;
}

static bool
is_plain(GMimeContentEncoding encoding)
{
	return encoding != GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE &&
	       encoding != GMIME_CONTENT_ENCODING_UUENCODE &&
	       encoding != GMIME_CONTENT_ENCODING_BASE64;
}

int64_t
mime_part_encoded_length(const MimePart *part, bool *slow)
{
	GMimeDataWrapper *content = GMIME_IS_PART(part->object)
	                                    ? g_mime_part_get_content(GMIME_PART(part->object))
	                                    : NULL;
	if (content == NULL)
		return 0;
	GMimeContentEncoding encoding = g_mime_data_wrapper_get_encoding(content);
	*slow = !is_plain(encoding) && encoding != GMIME_CONTENT_ENCODING_BASE64;
	return g_mime_stream_length(g_mime_data_wrapper_get_stream(content));
}

static bool
decode_content(GMimePart *part, MimeOnBytes on_bytes, void *data)
{
	GMimeDataWrapper *content = g_mime_part_get_content(part);
	if (content == NULL)
		return true;
	GMimeStream *stream = g_mime_data_wrapper_get_stream(content);
	GMimeContentEncoding encoding = g_mime_data_wrapper_get_encoding(content);
	g_mime_stream_reset(stream);
	if (encoding == GMIME_CONTENT_ENCODING_BASE64)
		return decode_base64(stream, on_bytes, data);
	if (is_plain(encoding))
		return copy_stream(stream, on_bytes, data);
	g_autoptr(GMimeStream) filtered = g_mime_stream_filter_new(stream);
	g_autoptr(GMimeFilter) filter = g_mime_filter_basic_new(encoding, FALSE);
	g_mime_stream_filter_add(GMIME_STREAM_FILTER(filtered), filter);
	return copy_stream(filtered, on_bytes, data);
}

/* GMime writes an attached message from what it parsed; unchanged fields as they were. */
static bool
decode_message(GMimeMessagePart *part, MimeOnBytes on_bytes, void *data)
{
	GMimeMessage *message = g_mime_message_part_get_message(part);
	if (message == NULL)
		return true;
	g_autoptr(GMimeStream) memory = g_mime_stream_mem_new();
	g_mime_object_write_to_stream(GMIME_OBJECT(message), NULL, memory);
	GByteArray *bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(memory));
	return bytes->len == 0 || on_bytes((const char *)bytes->data, bytes->len, data);
}

bool
mime_part_decode(const MimePart *part, MimeOnBytes on_bytes, void *data)
{
	if (GMIME_IS_PART(part->object))
		return decode_content(GMIME_PART(part->object), on_bytes, data);
	if (GMIME_IS_MESSAGE_PART(part->object))
		return decode_message(GMIME_MESSAGE_PART(part->object), on_bytes, data);
	return true;
}
