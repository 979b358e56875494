using AuditWatch.Notifications.Alertmanager;
using AuditWatch.Notifications.Discord;
using AuditWatch.Notifications.Elasticsearch;
using AuditWatch.Notifications.Email;
using AuditWatch.Notifications.GoogleChat;
using AuditWatch.Notifications.JsonLines;
using AuditWatch.Notifications.Opsgenie;
using AuditWatch.Notifications.PagerDuty;
using AuditWatch.Notifications.Slack;
using AuditWatch.Notifications.Splunk;
using AuditWatch.Notifications.Syslog;
using AuditWatch.Notifications.Teams;
using AuditWatch.Notifications.Templates;
using AuditWatch.Notifications.Webhook;

namespace AuditWatch.Notifications;

/// <summary>The kinds of notifiers that AuditWatch brings.</summary>
public static class BuiltInKinds
{
    /// <summary>Adds all of them but the console's, which has a stream of its own.</summary>
    /// <param name="kinds">Takes them.</param>
    /// <param name="time">Their clock.</param>
    public static NotifierKinds AddBuiltIn(this NotifierKinds kinds, TimeProvider time) => kinds
        .AddSlack(time).AddEmail(time).AddTeams(time).AddDiscord(time).AddGoogleChat(time)
        .AddPagerDuty(time).AddOpsgenie(time).AddTemplate(time)
        .AddWebhook(time).AddAlertmanager(time).AddSplunk(time).AddSyslog(time).AddElasticsearch(time).AddJsonLines();
}
