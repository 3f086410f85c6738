#include "ui/cli_agents.h"

#include "backend/account.h"
#include "backend/error.h"

/* One account's row of questions under way. */
typedef struct Talk {
	Asking *asking;
	Account *account;
	GMainLoop *loop;
	guint *under_way;   /* talks that are not over */
	bool restarted;     /* the agent was lost once */
	bool told_of_waits; /* the index does, for another program */
} Talk;

Asking *
asking_new(const AccountConfig *account, bool once)
{
	Asking *asking = g_new0(Asking, 1);
	asking->account = account;
	asking->once = once;
	asking->questions = g_ptr_array_new_with_free_func((GDestroyNotify)json_object_unref);
	return asking;
}

void
asking_free(void *data)
{
	Asking *asking = data;
	g_ptr_array_unref(asking->questions);
	g_clear_pointer(&asking->answer, json_object_unref);
	g_clear_error(&asking->error);
	g_free(asking);
}

int
asking_fail(const Asking *asking)
{
	const char *name = asking->account->name, *sentence = asking->error->message;
	g_autofree char *prefix = g_strconcat(name, ": ", NULL);
	bool is_named = g_str_has_prefix(sentence, prefix);
	cli_say("%s%s", is_named ? "" : prefix, sentence);
	return cli_exit_of(asking->error->code);
}

/* ---- one account ---- */

static void ask_next(Talk *talk);

static void
on_answer(Account *account, JsonObject *answer, const GError *error, void *data)
{
	Talk *talk = data;
	Asking *asking = talk->asking;
	if (!answer && !talk->restarted && !asking->once) {
		talk->restarted = true;
	} else if (!answer) {
		asking->error =
			g_error_new_literal(ACCOUNT_ERROR, ACCOUNT_ERROR_FAILED, error->message);
	} else if (!json_truth(answer, "ok")) {
		const char *sentence = json_text(answer, "error");
		asking->error =
			g_error_new(ACCOUNT_ERROR, account_error_code(json_text(answer, "code")),
				"%s", sentence ? sentence : "the agent refused");
	} else {
		asking->answered++;
		asking->done += json_number(answer, "done", 0);
		asking->gone += json_number(answer, "gone", 0);
		asking->kept += json_number(answer, "kept", 0);
		g_clear_pointer(&asking->answer, json_object_unref);
		asking->answer = json_object_ref(answer);
	}
	ask_next(talk);
}

static void
ask_next(Talk *talk)
{
	Asking *asking = talk->asking;
	if (!asking->error && asking->answered < asking->questions->len) {
		JsonObject *question = asking->questions->pdata[asking->answered];
		account_ask(talk->account, json_object_ref(question), on_answer, talk);
		return;
	}
	if (--*talk->under_way == 0)
		g_main_loop_quit(talk->loop);
}

static void
on_event(Account *account, JsonObject *event, void *data)
{
	Talk *talk = data;
	if (talk->told_of_waits || g_strcmp0(json_text(event, "event"), "index") != 0 ||
		!json_truth(event, "waits"))
		return;
	talk->told_of_waits = true;
	cli_say("%s: another program holds the index, which is waited for (not with --no-wait)",
		talk->asking->account->name);
}

/* ---- all of them ---- */

static void
talk_free(void *data)
{
	Talk *talk = data;
	account_close(talk->account);
	g_free(talk);
}

void
agents_ask(const Cli *cli, const GPtrArray *askings)
{
	g_autoptr(GPtrArray) talks = g_ptr_array_new_with_free_func(talk_free);
	g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
	guint under_way = 0;
	for (guint i = 0; i < askings->len; i++) {
		Asking *asking = askings->pdata[i];
		if (asking->questions->len == 0)
			continue;
		Talk *talk = g_new0(Talk, 1);
		AccountOptions options = {
			.start = ACCOUNT_START, .on_event = on_event, .data = talk
		};
		*talk = (Talk){ .asking = asking, .loop = loop, .under_way = &under_way };
		talk->account = account_open(asking->account, cli_config_path(cli), &options);
		g_ptr_array_add(talks, talk);
		under_way++;
		ask_next(talk);
	}
	if (under_way)
		g_main_loop_run(loop);
}

int
agents_settle(const Cli *cli, const GPtrArray *askings)
{
	g_autoptr(GPtrArray) settling = g_ptr_array_new_with_free_func(asking_free);
	for (guint i = 0; i < askings->len; i++) {
		const Asking *asking = askings->pdata[i];
		if (!asking->done)
			continue;
		Asking *wait = asking_new(asking->account, false);
		g_ptr_array_add(wait->questions, account_question("settle"));
		g_ptr_array_add(settling, wait);
	}
	agents_ask(cli, settling);
	int result = CLI_DONE;
	for (guint i = 0; i < settling->len; i++) {
		const Asking *wait = settling->pdata[i];
		if (!wait->error)
			continue;
		cli_say("%s: done, but searches do not see it yet: %s", wait->account->name,
			wait->error->message);
		result = cli_worse(result, CLI_FAILED);
	}
	return result;
}
