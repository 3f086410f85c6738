#include "ui/cli_doctor.h"

#include "ui/cli_commands.h"

static void
check_config(Doctor *doctor)
{
	const GPtrArray *problems = config_problems(doctor->config);
	guint wrong = 0;
	for (guint i = 0; i < problems->len; i++) {
		const ConfigProblem *problem = g_ptr_array_index(problems, i);
		if (problem->warning)
			continue;
		wrong++;
		g_autofree char *text = config_problem_text(problem);
		doctor_tell(doctor, NULL, "config", false, CLI_FAILED, text,
			"correct the line, then `curlew config check`");
	}
	g_autofree char *text = g_strdup_printf("%s, accounts that can be used: %u",
		config_path(doctor->config), config_accounts(doctor->config)->len);
	if (!wrong)
		doctor_tell(doctor, NULL, "config", true, CLI_DONE, text, NULL);
}

static void
run(Doctor *doctor, const GPtrArray *accounts)
{
	check_config(doctor);
	for (guint i = 0; i < accounts->len; i++) {
		const AccountConfig *account = g_ptr_array_index(accounts, i);
		doctor_check_server(doctor, account);
		doctor_check_store(doctor, account);
	}
	doctor_check_index(doctor);
}

int
cli_doctor_run(Cli *cli)
{
	g_autoptr(GPtrArray) accounts = cli_accounts(cli, cli_words(cli));
	if (!accounts)
		return cli_exit_without_accounts(cli);
	g_autoptr(Stores) stores = stores_open(cli_config(cli));
	Doctor doctor = { .cli = cli, .config = cli_config(cli), .stores = stores };
	if (cli_has(cli, "json"))
		doctor.checks = json_array_new();
	run(&doctor, accounts);
	if (doctor.checks) {
		g_autoptr(JsonObject) answer = cli_json_new();
		json_set_array(answer, "checks", doctor.checks);
		cli_print_json(answer);
	}
	return doctor.result;
}
