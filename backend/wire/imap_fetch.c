#include <libetpan/libetpan.h>
#include <string.h>
#include <time.h>

#include "backend/wire/imap_private.h"
#include "index/maildir_name.h"

/* Exported by libetpan, in none of its installed headers. */
int mailimap_response_data_parse(mailstream *stream, MMAPString *buffer,
	struct mailimap_parser_context *context, size_t *index,
	struct mailimap_response_data **result, size_t progress_rate, progress_function *progress);

enum {
	PARSED_MOST = 4 << 20, /* a longer text: MMAPString would put it into a file */
	COPY_KEPT = 256 << 10,
};

struct EtpanParser {
	mailimap *shell; /* never connected; the context wants one */
	struct mailimap_parser_context *context;
	MMAPString *line;
	GPtrArray *keywords; /* borrowed from a parsed line */
};

typedef struct mailimap_response_data EtpanData;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EtpanData, mailimap_response_data_free)

EtpanParser *
etpan_parser_new(void)
{
	EtpanParser *parser = g_new0(EtpanParser, 1);
	parser->shell = mailimap_new(0, NULL);
	parser->context = mailimap_parser_context_new(parser->shell);
	parser->line = mmap_string_sized_new(4096);
	parser->keywords = g_ptr_array_new();
	return parser;
}

void
etpan_parser_free(EtpanParser *parser)
{
	if (!parser)
		return;
	mmap_string_free(parser->line);
	mailimap_parser_context_free(parser->context);
	mailimap_free(parser->shell);
	g_ptr_array_unref(parser->keywords);
	g_free(parser);
}

/* libetpan's reading of a whole line, or NULL. Without a stream it can neither block nor lose its place. */
static EtpanData *
parse(EtpanParser *parser, const Line *line)
{
	if (line->length > PARSED_MOST)
		return NULL;
	if (parser->line->allocated_len > COPY_KEPT) {
		mmap_string_free(parser->line);
		parser->line = mmap_string_sized_new(4096);
	}
	mmap_string_truncate(parser->line, 0);
	mmap_string_append_len(parser->line, line->text, line->length);
	size_t index = 0;
	EtpanData *data = NULL;
	int result = mailimap_response_data_parse(
		NULL, parser->line, parser->context, &index, &data, 0, NULL);
	if (result == MAILIMAP_NO_ERROR && index == line->length)
		return data;
	if (result == MAILIMAP_NO_ERROR && data)
		mailimap_response_data_free(data);
	return NULL;
}

/* ---- numbers, before libetpan wraps them ---- */

/* The largest number an item may hold; 0: it is no number's item. */
static uint64_t
most(const Token *key)
{
	static const char *const small[] = { "UID", "RFC822.SIZE", "BODY", "BODYSTRUCTURE",
		"ENVELOPE" };
	if (token_is(key, "MODSEQ"))
		return INT64_MAX;
	for (size_t i = 0; i < G_N_ELEMENTS(small); i++)
		if (token_is(key, small[i]))
			return UINT32_MAX;
	return 0;
}

static bool
is_value_in_range(Scan *scan, uint64_t limit)
{
	int depth = 0;
	do {
		Token token = scan_next(scan);
		uint64_t number;
		bool too_large;
		if (token.kind == TOKEN_END)
			return true;
		if (token.kind == TOKEN_OPEN)
			depth++;
		else if (token.kind == TOKEN_CLOSE)
			depth--;
		else if (token_number(&token, limit, &number, &too_large), too_large)
			return false;
	} while (depth > 0);
	return true;
}

static bool
are_numbers_in_range(const Line *line)
{
	Scan scan = scan_line(line->text, line->length);
	scan_next(&scan); /* * */
	scan_next(&scan); /* number: checked by who calls */
	scan_next(&scan); /* FETCH */
	if (scan_next(&scan).kind != TOKEN_OPEN)
		return true;
	while (true) {
		Token key = scan_next(&scan);
		if (key.kind != TOKEN_ATOM)
			return true;
		uint64_t limit = most(&key);
		if (limit && !is_value_in_range(&scan, limit))
			return false;
		if (!limit && !scan_skip(&scan))
			return true;
	}
}

/* ---- libetpan's structs to ours ---- */

static void
take_flag(ImapFetch *fetch, GPtrArray *keywords, const struct mailimap_flag *flag)
{
	static const unsigned flags[] = {
		[MAILIMAP_FLAG_ANSWERED] = MAIL_REPLIED,
		[MAILIMAP_FLAG_FLAGGED] = MAIL_FLAGGED,
		[MAILIMAP_FLAG_DELETED] = MAIL_DELETED,
		[MAILIMAP_FLAG_SEEN] = MAIL_SEEN,
		[MAILIMAP_FLAG_DRAFT] = MAIL_DRAFT,
	};
	if (flag->fl_type >= 0 && flag->fl_type < (int)G_N_ELEMENTS(flags))
		fetch->flags |= flags[flag->fl_type];
	if (flag->fl_type != MAILIMAP_FLAG_KEYWORD || !flag->fl_data.fl_keyword)
		return;
	if (g_ascii_strcasecmp(flag->fl_data.fl_keyword, "$Forwarded") == 0)
		fetch->flags |= MAIL_PASSED;
	else
		g_ptr_array_add(keywords, flag->fl_data.fl_keyword);
}

static void
take_flags(ImapFetch *fetch, GPtrArray *keywords, const struct mailimap_msg_att_dynamic *dynamic)
{
	fetch->has_flags = true;
	fetch->flags = 0;
	g_ptr_array_set_size(keywords, 0);
	for (clistiter *at = dynamic->att_list ? clist_begin(dynamic->att_list) : NULL; at;
		at = clist_next(at)) {
		const struct mailimap_flag_fetch *item = clist_content(at);
		if (item->fl_type == MAILIMAP_FLAG_FETCH_OTHER && item->fl_flag)
			take_flag(fetch, keywords, item->fl_flag);
	}
}

static void
take_date(ImapFetch *fetch, const struct mailimap_date_time *date)
{
	struct tm civil = { .tm_year = date->dt_year - 1900,
		.tm_mon = date->dt_month - 1,
		.tm_mday = date->dt_day,
		.tm_hour = date->dt_hour,
		.tm_min = date->dt_min,
		.tm_sec = date->dt_sec };
	int zone = date->dt_zone / 100 * 60 + date->dt_zone % 100;
	fetch->internal_date = (int64_t)timegm(&civil) - zone * 60;
	fetch->has_internal_date = true;
}

static bool
take_section(
	ImapFetch *fetch, const Line *line, const struct mailimap_msg_att_body_section *section)
{
	if (!section->sec_section || !section->sec_section->sec_spec) {
		/* BODY[] that came as a quoted string: no literal, so nothing went to the sink */
		fetch->has_body = line->has_body || section->sec_body_part;
		fetch->body_size = line->has_body ? line->body_size : section->sec_length;
		return true;
	}
	if (fetch->header)
		return false;
	fetch->header = line->has_section ? line->section : section->sec_body_part;
	fetch->header_length = line->has_section ? line->section_length : section->sec_length;
	return true;
}

static bool
take_static(ImapFetch *fetch, const Line *line, const struct mailimap_msg_att_static *item)
{
	switch (item->att_type) {
	case MAILIMAP_MSG_ATT_UID:
		fetch->uid = item->att_data.att_uid;
		return fetch->uid;
	case MAILIMAP_MSG_ATT_INTERNALDATE:
		take_date(fetch, item->att_data.att_internal_date);
		return true;
	case MAILIMAP_MSG_ATT_RFC822_SIZE:
		fetch->has_size = true;
		fetch->size = item->att_data.att_rfc822_size;
		return true;
	case MAILIMAP_MSG_ATT_BODY_SECTION:
		return take_section(fetch, line, item->att_data.att_body_section);
	default:
		return true;
	}
}

static void
take_extension(ImapFetch *fetch, const struct mailimap_extension_data *extension)
{
	if (extension->ext_extension->ext_id == MAILIMAP_EXTENSION_CONDSTORE &&
		extension->ext_type == MAILIMAP_CONDSTORE_TYPE_FETCH_DATA) {
		const struct mailimap_condstore_fetch_mod_resp *modseq = extension->ext_data;
		fetch->modseq = modseq->cs_modseq_value;
	}
}

/* False: an item that cannot be (UID 0, two headers). */
static bool
take_items(
	ImapFetch *fetch, EtpanParser *parser, const Line *line, const struct mailimap_msg_att *att)
{
	g_ptr_array_set_size(parser->keywords, 0);
	for (clistiter *at = clist_begin(att->att_list); at; at = clist_next(at)) {
		const struct mailimap_msg_att_item *item = clist_content(at);
		if (item->att_type == MAILIMAP_MSG_ATT_ITEM_DYNAMIC)
			take_flags(fetch, parser->keywords, item->att_data.att_dyn);
		else if (item->att_type == MAILIMAP_MSG_ATT_ITEM_EXTENSION)
			take_extension(fetch, item->att_data.att_extension_data);
		else if (!take_static(fetch, line, item->att_data.att_static))
			return false;
	}
	g_ptr_array_add(parser->keywords, NULL);
	fetch->keywords = (const char *const *)parser->keywords->pdata;
	return true;
}

/* ---- handing it on ---- */

/* The quoted BODY[] of a line, to the sink as a literal would have gone. */
static bool
pass_quoted_body(ImapSession *session, const struct mailimap_msg_att *att)
{
	const ImapHandlers *on = &session->handlers;
	for (clistiter *at = clist_begin(att->att_list); at; at = clist_next(at)) {
		const struct mailimap_msg_att_item *item = clist_content(at);
		if (item->att_type != MAILIMAP_MSG_ATT_ITEM_STATIC ||
			item->att_data.att_static->att_type != MAILIMAP_MSG_ATT_BODY_SECTION)
			continue;
		const struct mailimap_msg_att_body_section *section =
			item->att_data.att_static->att_data.att_body_section;
		if (section->sec_section && section->sec_section->sec_spec)
			continue;
		void *data = session->handlers_data;
		return (!on->body_begin || on->body_begin(section->sec_length, data)) &&
		       (!on->body_data ||
			       on->body_data(section->sec_body_part, section->sec_length, data)) &&
		       (!on->body_end || on->body_end(data));
	}
	return true;
}

static bool
drop(ImapSession *session, const Line *line, const char *why)
{
	if (line->has_body && session->handlers.body_drop)
		session->handlers.body_drop(session->handlers_data);
	return imap_skip(session, why);
}

static bool
is_fetch(const EtpanData *data)
{
	return data->rsp_type == MAILIMAP_RESP_DATA_TYPE_MESSAGE_DATA &&
	       data->rsp_data.rsp_message_data->mdt_type == MAILIMAP_MESSAGE_DATA_FETCH &&
	       data->rsp_data.rsp_message_data->mdt_msg_att;
}

bool
imap_on_fetch_line(ImapSession *session, const Line *line)
{
	if (line->fault)
		return drop(session, line, line->fault);
	if (!are_numbers_in_range(line)) {
		drop(session, line, "a number over the limit");
		return imap_break(
			session, ACCOUNT_ERROR_REFUSED, "protocol error: a number over 32 bits");
	}
	g_autoptr(EtpanData) data = parse(session->parser, line);
	if (!data || !is_fetch(data))
		return drop(session, line, "a FETCH line that cannot be read");
	const struct mailimap_message_data *message = data->rsp_data.rsp_message_data;
	ImapFetch fetch = { .sequence = message->mdt_number };
	if (!fetch.sequence || !take_items(&fetch, session->parser, line, message->mdt_msg_att))
		return drop(session, line, "a FETCH line that cannot be");
	if (fetch.has_body && !line->has_body && !pass_quoted_body(session, message->mdt_msg_att))
		return imap_break(session, ACCOUNT_ERROR_CANCELLED, "stopped");
	if (!session->handlers.on_fetch ||
		session->handlers.on_fetch(&fetch, session->handlers_data))
		return true;
	return imap_break(session, ACCOUNT_ERROR_CANCELLED, "stopped");
}
