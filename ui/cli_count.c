#include "index/query.h"
#include "ui/cli_commands.h"

int
cli_count_run(Cli *cli)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *root = config_mail_root(cli_config(cli));
	g_autofree char *text = cli_words_text(cli, 0);
	QueryCount count = { 0 };
	g_autoptr(Query) query = query_open(root, NULL, &error);
	if (!query || !query_count(query, text, &count, NULL, &error))
		return cli_fail(error);
	if (cli_has(cli, "json")) {
		g_autoptr(JsonObject) answer = cli_json_new();
		json_set_number(answer, "messages", count.messages);
		json_set_number(answer, "threads", count.threads);
		json_set_number(answer, "unread", count.unread);
		cli_print_json(answer);
		return CLI_DONE;
	}
	g_autofree char *messages = cli_number(count.messages);
	g_autofree char *threads = cli_number(count.threads);
	g_autofree char *unread = cli_number(count.unread);
	cli_print(CLEAN_LINE, "%s messages, %s threads, %s unread", messages, threads, unread);
	return CLI_DONE;
}
