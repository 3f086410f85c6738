#include "index/mime/mime_attachment.h"

#include <string.h>

#include "index/digest.h"
#include "index/mime/mime_param.h"
#include "index/mime/mime_text.h"

static const char *
raw_field(GMimeObject *object, const char *name)
{
	GMimeHeader *header =
		g_mime_header_list_get_header(g_mime_object_get_header_list(object), name);
	return header != NULL ? g_mime_header_get_raw_value(header) : NULL;
}

static char *
field_param(GMimeObject *object, const char *field, const char *name)
{
	const char *raw = raw_field(object, field);
	g_autofree char *value = raw != NULL ? mime_param(raw, strlen(raw), name) : NULL;
	return value != NULL ? mime_text_clip(value, MIME_NAME_LIMIT) : NULL;
}

static char *
file_name(GMimeObject *object)
{
	char *name = field_param(object, "Content-Disposition", "filename");
	return name != NULL ? name : field_param(object, "Content-Type", "name");
}

/*
 * The type as written; what is no type at all is plain text (RFC 2045 §5.2). GMime's word counts where
 * it made parts of it, or where there is no field (in a digest: attached messages).
 */
static char *
type_name(GMimeObject *object)
{
	const char *raw = raw_field(object, "Content-Type");
	g_autofree char *written = raw != NULL ? mime_param_main(raw, strlen(raw)) : NULL;
	if (raw == NULL || !GMIME_IS_PART(object)) {
		GMimeContentType *type = g_mime_object_get_content_type(object);
		g_free(written);
		written = type != NULL ? g_mime_content_type_get_mime_type(type) : NULL;
	}
	const char *slash = written != NULL ? strchr(written, '/') : NULL;
	if (slash == NULL || slash == written || slash[1] == '\0')
		return g_strdup("text/plain");
	g_autofree char *valid = g_utf8_make_valid(written, -1);
	g_autofree char *lower = g_ascii_strdown(valid, -1);
	return mime_text_clip(lower, 256);
}

static void
describe_text(MimePart *part)
{
	part->charset = field_param(part->object, "Content-Type", "charset");
	g_autofree char *format = field_param(part->object, "Content-Type", "format");
	g_autofree char *delete_space = field_param(part->object, "Content-Type", "delsp");
	part->flowed = format != NULL && g_ascii_strcasecmp(format, "flowed") == 0;
	part->delete_space = part->flowed && delete_space != NULL &&
	                     g_ascii_strcasecmp(delete_space, "yes") == 0;
}

MimePart *
mime_attachment_describe(GMimeObject *object, bool inside)
{
	MimePart *part = g_new0(MimePart, 1);
	part->object = object;
	part->inside = inside;
	part->type = type_name(object);
	part->name = file_name(object);
	part->leaf = !GMIME_IS_MULTIPART(object);
	bool text = g_str_has_prefix(part->type, "text/");
	if (text)
		describe_text(part);
	const char *raw = raw_field(object, "Content-Disposition");
	g_autofree char *disposition = raw != NULL ? mime_param_main(raw, strlen(raw)) : NULL;
	part->disposed = disposition != NULL && strcmp(disposition, "attachment") == 0;
	part->attachment = part->leaf && !inside && (part->disposed || part->name != NULL || !text);
	return part;
}

typedef struct Measure {
	int64_t bytes;
	Digest *digest; /* NULL: none is wanted */
} Measure;

static bool
on_measured(const char *bytes, size_t length, void *data)
{
	Measure *measure = data;
	measure->bytes += (int64_t)length;
	if (measure->digest != NULL)
		digest_add(measure->digest, bytes, length);
	return true;
}

static char *
hexadecimal(Digest *digest)
{
	static const char digits[] = "0123456789abcdef";
	uint8_t bytes[DIGEST_SIZE];
	digest_end(digest, bytes, sizeof bytes);
	char *text = g_malloc0(2 * sizeof bytes + 1);
	for (size_t i = 0; i < sizeof bytes; i++) {
		text[2 * i] = digits[bytes[i] >> 4];
		text[2 * i + 1] = digits[bytes[i] & 15];
	}
	return text;
}

int64_t
mime_attachment_measure(const MimePart *part, int64_t *budget, char **sha256)
{
	bool slow = false;
	int64_t length = mime_part_encoded_length(part, &slow);
	bool over = length > *budget;
	if (over && slow)
		return -1;
	bool wanted = sha256 != NULL && !over;
	if (wanted || slow)
		*budget -= length;
	Digest digest;
	digest_begin(&digest);
	Measure measure = { .digest = wanted ? &digest : NULL };
	mime_part_decode(part, on_measured, &measure);
	if (wanted)
		*sha256 = hexadecimal(&digest);
	return measure.bytes;
}
