import type { Role } from './roles.ts';

/** What an API token may be for. */
export type TokenScope = 'read' | 'submit' | 'organize';

export interface ActionRule {
  /** What somebody does, as a row of the table in the documentation. */
  title: string;
  roles: readonly Role[];
  /** The scope that a request with an API token needs: `any` is none in particular, `never` refuses every token. */
  scope: TokenScope | 'any' | 'never';
  /** Says who may do it, to somebody who is signed in and may not. */
  refusal?: string;
  /** The same to a visitor; 'Sign in first.' otherwise. */
  signIn?: string;
}

const EVERYONE = {
  roles: [
    'visitor',
    'account',
    'teamMember',
    'teamOwner',
    'reviewer',
    'editor',
    'owner',
    'otherOrganizer',
    'administrator',
  ],
} as const;
const SIGNED_IN = {
  roles: [
    'account',
    'teamMember',
    'teamOwner',
    'reviewer',
    'editor',
    'owner',
    'otherOrganizer',
    'administrator',
  ],
} as const;
const TEAM = { roles: ['teamMember', 'teamOwner'], refusal: 'You aren’t a member of this team.' } as const;
const TEAM_OWNER = { roles: ['teamOwner'], refusal: 'Only the owner of the team can do this.' } as const;
const ORGANIZERS = {
  roles: ['reviewer', 'editor', 'owner', 'administrator'],
  refusal: 'Only the organizers of this challenge can do this.',
} as const;
const EDITORS = {
  roles: ['editor', 'owner', 'administrator'],
  refusal: 'Only the organizers of this challenge with the role owner or editor can do this.',
} as const;
const TEAM_AND_ORGANIZERS = [...TEAM.roles, ...ORGANIZERS.roles] as const;

/**
 * The policy: which roles may do what. Whoever has several roles may do what any of them may. What no row names,
 * nobody may.
 */
export const ACTIONS = {
  'site.visit': { title: 'See the list of challenges and whether the site works', ...EVERYONE, scope: 'any' },
  'challenge.read': {
    title: 'Read a challenge: its phases, rules, metrics and starter kits',
    ...EVERYONE,
    scope: 'any',
  },
  'challenge.readDraft': {
    title: 'See a challenge that is a draft; for anybody else, it doesn’t exist',
    ...ORGANIZERS,
    scope: 'any',
  },
  'leaderboard.read': { title: 'Read and export a leaderboard', ...EVERYONE, scope: 'any' },
  'ranking.keep': {
    title: 'Create a permanent link to the ranking of a phase',
    ...EVERYONE,
    scope: 'any',
  },
  'submission.readScored': {
    title: 'Read the public part of a scored submission',
    ...EVERYONE,
    scope: 'any',
  },
  'team.read': { title: 'See the public page of a team', ...EVERYONE, scope: 'any' },
  'invitation.read': { title: 'Open the link of an invitation', ...EVERYONE, scope: 'any' },
  'account.signUp': { title: 'Create an account', ...EVERYONE, scope: 'any' },
  'account.signIn': { title: 'Sign in and out', ...EVERYONE, scope: 'any' },
  'token.createByPassword': {
    title: 'Create an API token with an email address and its password',
    ...EVERYONE,
    scope: 'any',
  },
  'mail.unsubscribe': {
    title: 'Unsubscribe the address of a mail by the link in it, and subscribe it again',
    ...EVERYONE,
    scope: 'any',
  },
  'mail.show': {
    title: 'See the mails that a site in development would send; nobody in production',
    roles: [],
    scope: 'never',
    refusal: 'Only a site in development shows its mails.',
  },
  'account.read': { title: 'See one’s own account, sessions and tokens', ...SIGNED_IN, scope: 'never' },
  'account.recover': { title: 'Set a new password with a mailed link', ...EVERYONE, scope: 'any' },
  'account.confirmAddress': {
    title: 'Confirm an address with the link that was mailed there',
    ...EVERYONE,
    scope: 'any',
  },
  'account.change': {
    title: 'Change one’s own profile, address and password',
    ...SIGNED_IN,
    scope: 'never',
  },
  'account.export': { title: 'Download what the site stores about oneself', ...SIGNED_IN, scope: 'never' },
  'account.delete': { title: 'Delete one’s own account', ...SIGNED_IN, scope: 'never' },
  'notification.read': { title: 'Read one’s own notifications', ...SIGNED_IN, scope: 'read' },
  'notification.markRead': { title: 'Mark one’s own notifications as read', ...SIGNED_IN, scope: 'read' },
  'notification.change': { title: 'Choose what to be told', ...SIGNED_IN, scope: 'never' },
  'session.end': { title: 'End one’s own sessions', ...SIGNED_IN, scope: 'never' },
  'token.create': { title: 'Create an API token for oneself', ...SIGNED_IN, scope: 'never' },
  'token.revoke': { title: 'Revoke one’s own API tokens', ...SIGNED_IN, scope: 'never' },
  'team.create': { title: 'Create a team', ...SIGNED_IN, scope: 'submit' },
  'team.join': { title: 'Join a team with an invitation', ...SIGNED_IN, scope: 'submit' },
  'team.askToJoin': {
    title: 'Ask to join a team, and withdraw one’s own request',
    ...SIGNED_IN,
    scope: 'submit',
  },
  'team.manage': { title: 'See who is in a team', ...TEAM, scope: 'read' },
  'team.show': {
    title: 'Choose whether a team’s page shows one’s own name and affiliation',
    ...TEAM,
    scope: 'submit',
  },
  'team.leave': { title: 'Leave a team', ...TEAM, scope: 'submit' },
  'team.invite': { title: 'Invite people to a team, and revoke it', ...TEAM_OWNER, scope: 'submit' },
  'team.decideRequest': {
    title: 'Accept or decline who asks to join a team',
    ...TEAM_OWNER,
    scope: 'submit',
  },
  'team.removeMember': { title: 'Remove a member of a team', ...TEAM_OWNER, scope: 'submit' },
  'team.handOver': { title: 'Make another member the owner of a team', ...TEAM_OWNER, scope: 'submit' },
  'team.merge': {
    title: 'Ask, accept, decline or withdraw to merge two teams',
    ...TEAM_OWNER,
    scope: 'submit',
  },
  'team.dissolve': { title: 'Dissolve a team', ...TEAM_OWNER, scope: 'submit' },
  'submission.prepare': {
    title: 'See what one’s teams need for a submission, and what quota they have left',
    ...SIGNED_IN,
    scope: 'read',
  },
  'submission.listOwn': { title: 'List the submissions of one’s teams', ...SIGNED_IN, scope: 'read' },
  'team.register': { title: 'Register a team for a challenge', ...TEAM, scope: 'submit' },
  'team.acceptTerms': { title: 'Accept the terms of a challenge for a team', ...TEAM, scope: 'never' },
  'archive.list': { title: 'List the images and model archives of a team', ...TEAM, scope: 'read' },
  'archive.upload': { title: 'Upload an image or a model archive for a team', ...TEAM, scope: 'submit' },
  'submission.list': { title: 'List the submissions of a team', ...TEAM, scope: 'read' },
  'submission.create': { title: 'Submit for a team', ...TEAM, scope: 'submit' },
  'submission.read': {
    title: 'See a submission without a score, its files, progress and errors',
    roles: TEAM_AND_ORGANIZERS,
    scope: 'read',
    refusal: 'Only its team and the organizers can see this submission.',
    signIn: 'Sign in to see a submission without a score.',
  },
  'submission.follow': {
    title: 'Follow a submission while it runs',
    roles: TEAM_AND_ORGANIZERS,
    scope: 'read',
    refusal: 'Only its team and the organizers can follow a submission.',
    signIn: 'Sign in to follow a submission of your team.',
  },
  'submission.cancel': {
    title: 'Cancel a submission',
    roles: [...TEAM.roles, ...EDITORS.roles],
    scope: 'submit',
    refusal: 'Only its team and the organizers can cancel a submission.',
  },
  'submission.select': { title: 'Select the submission of a team that counts', ...TEAM, scope: 'submit' },
  'submission.withdraw': {
    title: 'Withdraw a submission, with a public reason',
    roles: [...TEAM.roles, ...EDITORS.roles],
    scope: 'submit',
    refusal: 'Only its team and the organizers can withdraw a submission.',
  },
  'submission.exclude': {
    title: 'Exclude a submission with a public reason, and undo that or a withdrawal',
    ...EDITORS,
    scope: 'organize',
  },
  'submission.returnQuota': {
    title: 'Give a team back the quota of a submission',
    ...EDITORS,
    scope: 'organize',
  },
  'submission.nameBaseline': {
    title: 'Make a submission of an organizer’s team a baseline, and undo that',
    ...EDITORS,
    scope: 'organize',
  },
  'phase.rehearse': {
    title: 'Submit to a phase before it opens, and remove such submissions',
    ...EDITORS,
    scope: 'organize',
  },
  'submission.changeMany': {
    title: 'Cancel or rerun many submissions at once',
    ...EDITORS,
    scope: 'organize',
  },
  'submission.readAll': {
    title: 'See everything of a submission: logs, cases and messages of hidden phases',
    ...ORGANIZERS,
    scope: 'organize',
  },
  'submission.rerun': {
    title: 'Rerun submissions that a platform error ended',
    ...EDITORS,
    scope: 'organize',
  },
  'queue.hold': {
    title: 'Hold queued evaluations of a phase, a team or a submission, and release them',
    ...EDITORS,
    scope: 'organize',
  },
  'runner.drain': {
    title: 'Drain a runner that only serves this challenge, and let it take work again',
    ...EDITORS,
    scope: 'organize',
  },
  'console.read': {
    title: 'Open the console: phases, test sets, queue, runners, submissions',
    ...ORGANIZERS,
    scope: 'organize',
  },
  'challenge.exportAll': {
    title: 'Export everything of a challenge, and see the computing time that teams have used',
    ...ORGANIZERS,
    scope: 'organize',
  },
  'audit.read': { title: 'Read the audit trail of a challenge', ...ORGANIZERS, scope: 'organize' },
  'challenge.readDefinition': {
    title: 'Read and export the definition of a challenge',
    ...ORGANIZERS,
    scope: 'organize',
  },
  'challenge.edit': {
    title: 'Change a challenge: its texts, phases and settings',
    ...EDITORS,
    scope: 'organize',
  },
  'announcement.write': {
    title: 'Publish, edit and withdraw announcements',
    ...EDITORS,
    scope: 'organize',
  },
  'organizer.read': {
    title: 'See who organizes a challenge, with addresses and roles',
    ...ORGANIZERS,
    scope: 'organize',
  },
  'organizer.leave': { title: 'Stop organizing a challenge', ...ORGANIZERS, scope: 'organize' },
  'organizer.manage': {
    title: 'Invite and remove organizers, and change their roles',
    roles: ['owner', 'administrator'],
    refusal: 'Only the owners of this challenge can do this.',
    scope: 'organize',
  },
  'organizer.accept': { title: 'Accept an invitation to organize', ...SIGNED_IN, scope: 'never' },
  'phase.grantException': {
    title: 'Grant one team a later closing date or more submissions, and take it back',
    ...EDITORS,
    scope: 'organize',
  },
  'ranking.freeze': {
    title: 'Reveal the results of a closed phase; declare its ranking final, and undo that',
    ...EDITORS,
    scope: 'organize',
  },
  'registration.read': {
    title: 'See the teams that have registered, their members and answers',
    ...ORGANIZERS,
    scope: 'organize',
  },
  'registration.decide': { title: 'Approve, decline and group registrations', ...EDITORS, scope: 'organize' },
  'registration.release': {
    title: 'Let somebody who left a team enter with another one',
    ...EDITORS,
    scope: 'organize',
  },
  'testset.import': { title: 'Import a sealed test set', ...EDITORS, scope: 'organize' },
  'testset.readSubjects': {
    title: 'Read the keyed hashes of hidden scans, to find them in data that is to be released',
    ...EDITORS,
    scope: 'organize',
  },
  'dataset.read': {
    title: 'See the published datasets of a challenge, their files and checksums',
    ...EVERYONE,
    scope: 'any',
  },
  'dataset.download': { title: 'Download a release that is open to everybody', ...EVERYONE, scope: 'any' },
  'dataset.downloadGranted': {
    title: 'Download a release after one’s own request for it was approved',
    ...SIGNED_IN,
    scope: 'read',
  },
  'dataset.readRequest': {
    title: 'See one’s own requests for data and downloads',
    ...SIGNED_IN,
    scope: 'read',
  },
  'dataset.request': {
    title: 'Ask for data, sign its terms, answer questions about it, and withdraw a request',
    ...SIGNED_IN,
    scope: 'submit',
  },
  'dataRequest.read': {
    title: 'See who asked for data, who has access, and who downloaded what',
    ...ORGANIZERS,
    scope: 'organize',
  },
  'dataRequest.decide': {
    title: 'Decide requests for data, revoke access, and set how access is given',
    ...EDITORS,
    scope: 'organize',
  },
  'dataset.readDraft': {
    title: 'See releases that aren’t published, and download any',
    ...ORGANIZERS,
    scope: 'organize',
  },
  'dataset.edit': {
    title: 'Describe datasets, upload and publish releases',
    ...EDITORS,
    scope: 'organize',
  },
  'dataset.trace': {
    title: 'Find out for whom a copy of a release was made',
    ...ORGANIZERS,
    scope: 'organize',
  },
  'rescoring.decide': {
    title: 'Publish or drop the scores of a rescoring',
    ...EDITORS,
    scope: 'organize',
  },
  'scorer.import': { title: 'Import a scorer', ...EDITORS, scope: 'organize' },
  'runner.list': {
    title: 'List the runners and the keys to seal to',
    roles: ['reviewer', 'editor', 'owner', 'otherOrganizer', 'administrator'],
    scope: 'organize',
    refusal: 'Only organizers and administrators can see the runners.',
  },
  'site.inspect': {
    title: 'Open the administration: users, challenges, runners, storage, mail, limits, checks',
    roles: ['administrator'],
    scope: 'never',
    refusal: 'Only administrators can do this.',
  },
  'user.administer': {
    title: 'Change accounts of others: roles, disabling, second factor',
    roles: ['administrator'],
    scope: 'never',
    refusal: 'Only administrators can do this.',
  },
  'mail.administer': {
    title: 'Send failed mails again, and a test mail',
    roles: ['administrator'],
    scope: 'never',
    refusal: 'Only administrators can do this.',
  },
  'challenge.create': {
    title: 'Create a challenge',
    roles: ['administrator'],
    scope: 'organize',
    refusal: 'Only administrators can do this.',
  },
} as const satisfies Readonly<Record<string, ActionRule>>;

export type Action = keyof typeof ACTIONS;
export const ALL_ACTIONS = Object.keys(ACTIONS) as Action[];

/** An action that visitors may do, so that there need not be a viewer. */
export type PublicAction = {
  [Name in Action]: 'visitor' extends (typeof ACTIONS)[Name]['roles'][number] ? Name : never;
}[Action];
