import { SubmitButton } from '#components/ui/submit-button.tsx';

/** Buttons that lead to the providers, each a form of its own: a link could be followed by a prefetch. */
export function ProviderButtons({
  providers,
  verb,
  next,
}: {
  providers: readonly { id: string; name: string }[];
  /** "Sign in with" */
  verb: string;
  next: string;
}) {
  if (providers.length === 0) return null;
  return (
    <div className="providers">
      {providers.map(({ id, name }) => (
        <form key={id} action={`/sign-in/with/${id}`} method="post">
          <input type="hidden" name="next" value={next} />
          <SubmitButton pending="Opening" className="btn">
            {verb} {name}
          </SubmitButton>
        </form>
      ))}
    </div>
  );
}
