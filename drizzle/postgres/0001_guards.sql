-- Written by hand: what the database itself refuses, whatever the code does.
create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '%', TG_ARGV[0] using errcode = '23514';
end $$;
--> statement-breakpoint
create trigger audit_events_append_only before update or delete on audit_events for each row execute function refuse_change('audit events are append-only');
--> statement-breakpoint
create trigger releases_append_only before update or delete on releases for each row execute function refuse_change('releases are append-only');
--> statement-breakpoint
create trigger release_arms_append_only before update or delete on release_arms for each row execute function refuse_change('releases are append-only');
--> statement-breakpoint
create trigger approvals_append_only before update or delete on approvals for each row execute function refuse_change('approvals are append-only');
--> statement-breakpoint
create trigger gate_results_append_only before update or delete on gate_results for each row execute function refuse_change('gate results are append-only');
--> statement-breakpoint
create trigger guardrails_append_only before update or delete on guardrails for each row execute function refuse_change('guardrail revisions are append-only');
--> statement-breakpoint
create trigger policies_append_only before update or delete on policies for each row execute function refuse_change('policy revisions are append-only');
--> statement-breakpoint
create trigger versions_immutable before update of id, model_id, number, artifact_hash, signature, lineage, created_at, created_by on versions for each row execute function refuse_change('versions are immutable');
--> statement-breakpoint
create trigger versions_no_delete before delete on versions for each row execute function refuse_change('versions are immutable');
--> statement-breakpoint
create function promotion_born() returns trigger language plpgsql as $$
begin
  if new.status <> 'pending' then raise exception 'a promotion starts as pending' using errcode = '23514'; end if;
  if new.required_approvals < (select required_approvals from environments where name = new.environment) then raise exception 'a promotion needs at least the approvals of its environment' using errcode = '23514'; end if;
  return new;
end $$;
--> statement-breakpoint
create trigger promotions_born before insert on promotions for each row execute function promotion_born();
--> statement-breakpoint
create trigger promotions_fixed before update of id, model_id, version_id, environment, plan, required_approvals, requested_by, requested_at on promotions for each row execute function refuse_change('a promotion request cannot be changed');
--> statement-breakpoint
create function promotion_decided() returns trigger language plpgsql as $$
begin
  if old.status <> 'pending' then raise exception 'this promotion was already decided' using errcode = '23514'; end if;
  if new.status = 'approved' and (
    (select count(*) from approvals where promotion_id = new.id and decision = 'approve' and user_id <> new.requested_by) < new.required_approvals
    or exists (select 1 from gate_results where promotion_id = new.id and verdict = 'failed')) then raise exception 'a promotion needs its approvals by other people and no failed gate' using errcode = '23514'; end if;
  return new;
end $$;
--> statement-breakpoint
create trigger promotions_decided before update of status on promotions for each row execute function promotion_decided();
--> statement-breakpoint
create function release_arm_approved() returns trigger language plpgsql as $$
begin
  if not exists (
    select 1 from promotions join releases on releases.id = new.release_id
    where promotions.model_id = releases.model_id and promotions.environment = releases.environment
      and promotions.version_id = new.version_id and promotions.status = 'approved') then raise exception 'a version without an approved promotion cannot serve' using errcode = '23514'; end if;
  return new;
end $$;
--> statement-breakpoint
create trigger release_arms_approved before insert on release_arms for each row execute function release_arm_approved();
--> statement-breakpoint
insert into audit_head (id, sequence, hash) values (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');
--> statement-breakpoint
insert into environments (name, position, description, required_approvals) values ('staging', 1, 'Try a version with real calls before it counts', 0), ('production', 2, 'What the business relies on', 1);
