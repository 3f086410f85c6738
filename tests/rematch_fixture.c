#include "rematch_fixture.h"

#include <cmocka.h>
#include <string.h>

ServerMail
server_mail(uint32_t now, uint32_t uid, const char *id, unsigned flags, const char *keywords)
{
	g_autofree char *text = g_strdup_printf("From: Ada <ada@example.org>\r\nSubject: number "
						"%u\r\nMessage-ID: <%s>\r\n\r\n",
		id ? 0 : uid, id ? id : "");
	if (!id) {
		char *end = strstr(text, "Message-ID");
		strcpy(end, "\r\n");
	}
	g_autoptr(Header) header = header_read(text, strlen(text));
	ServerMail mail = { .has_flags = true,
		.flags = flags,
		.keywords = keywords,
		.item = { .uid = now,
			.midh = id ? header_id_hash(header->message_id) : 0,
			.size = (int64_t)strlen(text) + 8,
			.idate = 1000000000 + uid } };
	header_identity(header, mail.item.idate, mail.item.size, mail.item.identity);
	match_item_weaken(&mail.item, header);
	return mail;
}

Rematched
rematch(StoreFixture *fixture, int64_t folder, ServerMail *mails, size_t count)
{
	static const ServerMarks marks = { .uidvalidity = 2, .uidnext = 1000, .modseq = 7 };
	Rematched result;
	bool held;
	assert_true(store_begin_folder(fixture->store, folder, 2, 0, &held, NULL));
	assert_true(store_rematch(fixture->store, folder, &marks, mails, count, &result, NULL));
	store_fixture_check(fixture);
	return result;
}
